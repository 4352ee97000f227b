"""How counts are normalised: channels as subsets or side by side, and which of the two it is."""

import json
from typing import Any, NamedTuple

import pytest
from backend.tests.factories import answer, event, parsed
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tokentally.api.backend import Backend
from tokentally.ingest.parse import Parsed, Refusal
from tokentally.models.core import ingest_stat
from tokentally.models.event import Mode


class Sent(NamedTuple):
    """Counts as a sender states them."""

    input: int = 0
    cached: int = 0
    write: int = 0
    output: int = 0
    reasoning: int = 0
    total: int | None = None
    mode: str | None = None


class Kept(NamedTuple):
    """Counts as they are kept."""

    mode: str
    input: int
    cached: int
    write: int
    output: int
    reasoning: int
    mismatch: bool = False


def door(sent: Sent, **overrides: Any) -> Parsed:
    fields = {
        "input_tokens": sent.input,
        "cached_input_tokens": sent.cached,
        "cache_write_tokens": sent.write,
        "output_tokens": sent.output,
        "reasoning_output_tokens": sent.reasoning,
        "total_tokens": sent.total,
        "pricing_mode": sent.mode,
    }
    return parsed(json.dumps(event(**fields, **overrides)).encode())


def kept(sent: Sent) -> list[Kept]:
    return [
        Kept(
            Mode(event.mode).name,
            event.input_tokens,
            event.cached_input_tokens,
            event.cache_write_tokens,
            event.output_tokens,
            event.reasoning_output_tokens,
            event.total_mismatch,
        )
        for event in door(sent).events
    ]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (Sent(0, 0, 0, 0, 0), Kept("overlap", 0, 0, 0, 0, 0)),
        (Sent(100, 30, 20, 40, 10), Kept("overlap", 100, 30, 20, 40, 10)),
        (Sent(100, 60, 40, 40, 40), Kept("overlap", 100, 60, 40, 40, 40)),
        (Sent(100, 30, 20, 40, 10, total=140), Kept("overlap", 100, 30, 20, 40, 10)),
        (Sent(100, 30, 20, 40, 10, total=200), Kept("add", 150, 30, 20, 50, 10)),
        (Sent(100, 30, 20, 40, 10, total=170), Kept("overlap", 100, 30, 20, 40, 10, True)),
        (Sent(100, 30, 20, 40, 10, total=171), Kept("add", 150, 30, 20, 50, 10, True)),
        (Sent(100, 30, 20, 40, 10, total=0), Kept("overlap", 100, 30, 20, 40, 10, True)),
        (Sent(100, 30, 20, 40, 10, total=10**12), Kept("add", 150, 30, 20, 50, 10, True)),
        (Sent(10, 30, 20, 40, 10, total=50), Kept("add", 60, 30, 20, 50, 10, True)),
        (Sent(10, 30, 20, 40, 10, total=110), Kept("add", 60, 30, 20, 50, 10)),
        (Sent(100, 0, 0, 40, 50, total=140), Kept("add", 100, 0, 0, 90, 50, True)),
        (Sent(100, 0, 0, 40, 0, total=140), Kept("overlap", 100, 0, 0, 40, 0)),
        (Sent(100, 30, 20, 40, 10, mode="add"), Kept("add", 150, 30, 20, 50, 10)),
        (Sent(100, 30, 20, 40, 10, 140, "add"), Kept("add", 150, 30, 20, 50, 10, True)),
        (Sent(100, 30, 20, 40, 10, 200, "add"), Kept("add", 150, 30, 20, 50, 10)),
        (Sent(100, 30, 20, 40, 10, 200, "overlap"), Kept("overlap", 100, 30, 20, 40, 10, True)),
        (Sent(0, 30, 20, 0, 10, mode="add"), Kept("add", 50, 30, 20, 10, 10)),
        (
            Sent(10**12, 10**12, 10**12, 10**12, 10**12, mode="add"),
            Kept("add", 3 * 10**12, 10**12, 10**12, 2 * 10**12, 10**12),
        ),
    ],
)
def test_counts_are_kept_with_parts_inside_their_wholes(sent: Sent, expected: Kept) -> None:
    assert kept(sent) == [expected]


@pytest.mark.parametrize("mode", ["overlap", None])
@pytest.mark.parametrize(
    ("sent", "field", "message"),
    [
        (
            Sent(49, 30, 20, 40, 10),
            "cached_input_tokens",
            "cached_input_tokens + cache_write_tokens exceed input_tokens",
        ),
        (
            Sent(50, 30, 20, 40, 41),
            "reasoning_output_tokens",
            "reasoning_output_tokens exceed output_tokens",
        ),
    ],
)
def test_parts_that_exceed_their_whole_are_refused_where_they_are_subsets(
    sent: Sent, field: str, message: str, mode: str | None
) -> None:
    found = door(sent._replace(mode=mode))

    assert found == Parsed(refusals=[Refusal(0, "req-1", field, message)])


@pytest.mark.parametrize("mode", ["overlap", "add"])
def test_one_hour_writes_are_a_part_of_the_cache_writes(mode: str) -> None:
    sent = Sent(100, 0, 20, 40, 0, mode=mode)

    fits = door(sent, cache_write_1h_tokens=20)
    exceeds = door(sent, cache_write_1h_tokens=21)

    message = "cache_write_1h_tokens exceed cache_write_tokens"
    assert [event.cache_write_1h_tokens for event in fits.events] == [20]
    assert exceeds == Parsed(refusals=[Refusal(0, "req-1", "cache_write_1h_tokens", message)])


@given(
    st.builds(
        Sent,
        *[st.integers(0, 8)] * 5,
        total=st.none() | st.integers(0, 40),
        mode=st.sampled_from([None, "overlap", "add"]),
    )
)
def test_every_combination_of_counts_follows_the_rule_of_modes(sent: Sent) -> None:
    i, c, w, o, r, total, mode = sent
    fits = c + w <= i and r <= o
    if mode is None:
        nearer = total is None or abs(total - (i + o)) <= abs(total - (i + c + w + o + r))
        mode = "overlap" if total is None or (fits and nearer) else "add"
    if mode == "add":
        i, o = i + c + w, o + r
    mismatch = total is not None and total != i + o
    refused = mode == "overlap" and not fits

    assert kept(sent) == ([] if refused else [Kept(mode, i, c, w, o, r, mismatch)])


def test_an_event_without_tokens_is_still_a_request(client: TestClient) -> None:
    posted = client.post("/v1/events", json=[event(input_tokens=0, output_tokens=0)])

    teams = client.get("/tokens/success-rate").json()["teams"]
    assert posted.json() == answer(accepted=1)
    assert [(team["name"], team["total_requests"]) for team in teams] == [("Unassigned", 1)]
    assert client.get("/tokens/models").json()["models"] == []


def test_a_total_that_does_not_fit_is_counted_and_the_parts_stand(
    client: TestClient, backend: Backend
) -> None:
    events = [event(event_id="a", total_tokens=121), event(event_id="b", total_tokens=120)]

    posted = client.post("/v1/events", json=events)

    with backend.database.readers.connect() as connection:
        stats = connection.execute(
            select(ingest_stat.c.source, ingest_stat.c.kind, ingest_stat.c.n).order_by(
                ingest_stat.c.kind
            )
        ).all()
    assert posted.json() == answer(accepted=2)
    assert stats == [("codex", "accepted", 2), ("codex", "mismatch", 1)]
    assert client.get("/tokens/models").json()["models"][0]["tokens"] == 240


def test_an_event_whose_total_does_not_fit_is_a_duplicate_when_it_comes_again(
    client: TestClient,
) -> None:
    client.post("/v1/events", json=[event(total_tokens=121)])

    again = client.post("/v1/events", json=[event(total_tokens=121)])

    assert again.json() == answer(duplicate=1)
