"""Random questions, and how they may be spelled in the address of each endpoint."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from backend.tests.dashboard_oracle.clocks import ZONES, changes
from backend.tests.dashboard_oracle.histories import MODELS, SOURCES, History
from backend.tests.dashboard_oracle.plain_dashboard import Question

ENDPOINTS = {
    "summary": "vibeusage-usage-summary",
    "breakdown": "vibeusage-usage-model-breakdown",
    "daily": "vibeusage-usage-daily",
    "hourly": "vibeusage-usage-hourly",
    "monthly": "vibeusage-usage-monthly",
    "heatmap": "vibeusage-usage-heatmap",
}
"""By the name of the oracle's method, the last part of the path."""

FIRST_DAY = date(2015, 1, 1)
RANGE = ("from", "to")
_TAKES = {
    "summary": RANGE,
    "breakdown": RANGE,
    "daily": RANGE,
    "hourly": ("day",),
    "monthly": ("to", "months"),
    "heatmap": ("to", "weeks", "week_starts_on"),
}


@dataclass(frozen=True)
class Asked:
    """A question, and the parameters that say which zone and filters it means."""

    question: Question
    spelled: dict[str, str]

    def params(self, endpoint: str) -> dict[str, str]:
        """The parameters for an endpoint."""
        asked = self.question
        stated = {
            "from": asked.first,
            "to": asked.last,
            "day": asked.day,
            "months": asked.months,
            "weeks": asked.weeks,
            "week_starts_on": asked.starts,
        }
        own = {n: str(v) for n, v in stated.items() if n in _TAKES[endpoint] and v is not None}
        return {**own, **self.spelled}


def asked(chance: Random, history: History, zone: str | None) -> Asked:
    """A question about days near a change of `zone`'s clock if it has any, else about any days."""
    spelled, meant = ({"tz": zone}, ZoneInfo(zone)) if zone else _clock(chance)
    today = history.now.astimezone(meant).date()
    turns = [at for at in changes(zone) if history.since <= at <= history.now] if zone else []
    about = chance.choice(turns).astimezone(meant).date() if turns else _any_day(chance, history)
    question = Question(meant, **_filters(chance), **_days(chance, about, today))
    return Asked(question, {**spelled, **_spelled(chance, question)})


def whole(zone: str, first: date, last: date, **filters: Any) -> Asked:
    """A plain question about a range in a zone."""
    question = Question(ZoneInfo(zone), first=first, last=last)
    return Asked(replace(question, **filters), {"tz": zone, **filters})


def _clock(chance: Random) -> tuple[dict[str, str], timezone | ZoneInfo]:
    """Ways to say which clock is meant, other than by a zone alone."""
    minutes = chance.randrange(-56, 57) * 15
    offset, fixed = {"tz_offset_minutes": str(minutes)}, timezone(timedelta(minutes=minutes))
    name = chance.choice(ZONES)
    other_ways: list[tuple[dict[str, str], timezone | ZoneInfo]] = [
        (offset, fixed),
        (offset, fixed),
        ({**offset, "tz": name}, ZoneInfo(name)),
        ({**offset, "tz": "Atlantis/Poseidonis"}, fixed),
        ({"tz": "Atlantis/Poseidonis"}, UTC),
        ({"tz_offset_minutes": chance.choice(["x", "", "60.5", "841", "-900", "1e2"])}, UTC),
        ({}, UTC),
    ]
    return chance.choice(other_ways)


def _any_day(chance: Random, history: History) -> date:
    span = history.now - history.since
    return (history.since + chance.choice([span, span * chance.random()])).date()


def _filters(chance: Random) -> dict[str, Any]:
    return {
        "source": chance.choice(["", "", *SOURCES, "nobody"]),
        "model": chance.choice(["", "", *MODELS, "vendor/nothing"]),
    }


def _spelled(chance: Random, question: Question) -> dict[str, str]:
    """The filters as somebody may write them."""
    ways: list[Callable[[str], str]] = [str, str.upper, lambda text: f"  {text.title()} "]
    given = {name: chance.choice(ways)(getattr(question, name)) for name in ("source", "model")}
    return {name: text for name, text in given.items() if text or chance.random() < 0.2}


def _days(chance: Random, about: date, today: date) -> dict[str, Any]:
    first = max(FIRST_DAY, about - timedelta(days=chance.choice([0, 0, 1, 3, 30, 399])))
    last = max(first, about + timedelta(days=chance.choice([0, 0, 1, 2, 31, 400])))
    stated: dict[str, Any] = {
        "first": first,
        "last": last,
        "day": max(FIRST_DAY, about + timedelta(days=chance.choice([-1, 0, 0, 0, 1]))),
        "months": chance.choice([None, 1, 2, 13, 24]),
        "weeks": chance.choice([None, 1, 2, 53, 104]),
        "starts": chance.choice([None, "sun", "mon"]),
    }
    unstated: set[str] = set()
    if chance.random() < 0.2:
        unstated |= {"first"}
    if chance.random() < 0.2 and first <= today:
        unstated |= {"last"} if (today - first).days < 800 or "first" in unstated else set()
    if chance.random() < 0.3:
        unstated |= {"day"}
    return {name: None if name in unstated else value for name, value in stated.items()}


def utc(at: str) -> datetime:
    """An instant as it is printed."""
    assert at.endswith("Z")
    return datetime.fromisoformat(at)
