"""Random events as senders state them: few identities, so that they meet again and again."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from backend.tests.exactness.answers import SHOWN, whole
from backend.tests.exactness.oracle import Oracle, Sent
from backend.tests.factories import NOW
from hypothesis import strategies as st

IDS = ["a", "b", "é", "=c", str(UUID(int=1)), str(UUID(int=1)).upper(), "1" * 200]
USERS = [None, "ada", "grace", "local"]
TEAMS = [None, "Kettle", "Unassigned", "<b>"]
SOURCES = [None, "codex", "litellm"]
DAYS = [date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 21)]
RANGE = whole(*DAYS)

_few = st.integers(0, 40)
_counts = st.one_of(_few, _few, st.sampled_from([2**30 - 1, 2**30, 10**12]))
_costs = st.sampled_from(["0", "0.000000001", "1.073741824", "12.5", "0.0000005", "1000000"])


@st.composite
def times(draw: st.DrawFn) -> str:
    """An instant of three days; edges of days and quarters come often."""
    day = draw(st.sampled_from(DAYS))
    quarter = draw(st.sampled_from([0, 0, 1, 40, 95]))
    micros = draw(st.sampled_from([0, 1, 450_000_000, 899_999_999]))
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return (start + timedelta(minutes=15 * quarter, microseconds=micros)).isoformat()


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    """An event; now and then one that breaks a rule (parts greater than the whole)."""
    cached, write = draw(_few), draw(_few)
    input_ = draw(_counts) + draw(st.sampled_from([0, cached + write]))
    output = draw(_counts)
    stated = {
        "user": draw(st.sampled_from(USERS)),
        "team": draw(st.sampled_from(TEAMS)),
        "source": draw(st.sampled_from(SOURCES)),
        "model": draw(st.sampled_from([None, *(name for name in SHOWN if name != "unknown")])),
        "cache_write_1h_tokens": draw(st.sampled_from([None, write])),
        "reasoning_output_tokens": draw(st.sampled_from([0, output, min(output + 1, 10**12)])),
        "total_tokens": draw(st.sampled_from([None, min(input_ + output, 10**12), 7])),
        "pricing_mode": draw(st.sampled_from([None, None, "overlap", "add"])),
        "cost_usd": draw(st.one_of(st.none(), _costs)),
        "success": draw(st.sampled_from([None, True, False])),
        "revision": draw(st.sampled_from([None, None, 0, 1, 2**63 - 1])),
    }
    return {
        "event_id": draw(st.sampled_from(IDS)),
        "occurred_at": draw(times()),
        "input_tokens": min(input_, 10**12),
        "cached_input_tokens": cached,
        "cache_write_tokens": write,
        "output_tokens": output,
    } | {name: value for name, value in stated.items() if value is not None}


@st.composite
def revised(draw: st.DrawFn, sent: dict[str, Any]) -> dict[str, Any]:
    """The same event stated anew: other counts or time, a higher, equal or lower revision."""
    other = draw(events())
    identity = {name: sent[name] for name in ("event_id", "user", "source") if name in sent}
    kept = draw(st.sets(st.sampled_from(["occurred_at", "model", "team", "cost_usd"])))
    anew = {**other, **{name: sent[name] for name in kept if name in sent}}
    for name in ("user", "source"):
        anew.pop(name, None)
    revision = (sent.get("revision") or 0) + draw(st.sampled_from([-1, 0, 0, 1]))
    return anew | identity | {"revision": min(max(revision, 0), 2**63 - 1)}


def teams_named(batch: Sequence[Sent]) -> set[str]:
    """Teams are listed once an event has named them, even one that was not stored."""
    valid = [sent for sent in batch if Oracle().deliver(sent, NOW) != "rejected"]
    return {sent["team"] for sent in valid if "team" in sent}
