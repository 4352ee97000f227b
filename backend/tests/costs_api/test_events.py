"""The list of one's own events: pages, order, ids, and what retention leaves of them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from backend.tests.costs_api.asking import CHARTS, DAILY, EVENTS, asked
from backend.tests.factories import NOW, SettableClock, event
from fastapi.testclient import TestClient
from sqlalchemy import text

from tokentally.api.backend import Backend, open_backend
from tokentally.config import Settings
from tokentally_jobs.backfill import rebuild_days
from tokentally_jobs.fold import fold_pending
from tokentally_jobs.retention import retire_old_days

pytestmark = pytest.mark.every_engine

RANGE = {"range": "custom", "start": "2026-11-01", "end": "2026-11-21"}
KEPT_DAYS = 3


@pytest.fixture
def backend(settings: Settings, clock: SettableClock) -> Iterator[Backend]:
    """A backend that keeps raw events of three days besides today."""
    backend = open_backend(settings.model_copy(update={"retention_days": KEPT_DAYS}), clock)
    yield backend
    backend.close()


def a_week(client: TestClient) -> None:
    """Three events on each of seven days, that of `back` days ago with 10^back tokens each."""
    sent = [
        event(
            event_id=f"{back}-{n}",
            occurred_at=(NOW - timedelta(days=back, minutes=n)).isoformat(),
            input_tokens=10**back,
            output_tokens=0,
            cost_usd="0.25",
        )
        for back in range(7)
        for n in range(3)
    ]
    assert client.post("/v1/events", json=sent).json()["accepted"] == 21


def listed(client: TestClient, **params: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = asked(client, EVENTS, **RANGE, **params)["items"]
    return items


def test_an_event_is_listed_in_full(client: TestClient) -> None:
    stated = event(
        cached_input_tokens=40,
        cache_write_tokens=30,
        cache_write_1h_tokens=20,
        reasoning_output_tokens=5,
        cost_usd="0.0000015",
    )
    client.post("/v1/events", json=[stated])

    [item] = client.get(EVENTS).json()["items"]

    assert item == {
        "id": item["id"],
        "occurred_at": "2026-11-21T10:15:00.000000Z",
        "source": "codex",
        "model": "openai/gpt-4.1",
        "input_tokens": 100,
        "cached_input_tokens": 40,
        "cache_write_tokens": 30,
        "cache_write_1h_tokens": 20,
        "output_tokens": 20,
        "reasoning_output_tokens": 5,
        "total_tokens": 120,
        "cost_usd": 0.000002,
        "cost_source": "reported",
    }


def test_without_a_price_the_cost_is_unknown_and_not_nothing(client: TestClient) -> None:
    sent = [event(event_id="unpriced", model="m"), event(event_id="free", model="n", cost_usd=0)]
    client.post("/v1/events", json=sent)

    costs = {each["model"]: (each["cost_usd"], each["cost_source"]) for each in listed(client)}

    assert costs == {"m": (None, "unpriced"), "n": (0, "reported")}


def test_a_thousand_tokens_cost_what_those_with_a_price_do(client: TestClient) -> None:
    sent = [event(event_id="unpriced"), event(event_id="priced", cost_usd="0.12")]
    client.post("/v1/events", json=sent)

    summary = asked(client, EVENTS)["summary"]

    assert (summary["total_tokens"], summary["cost_per_1k"]) == (240, 1)


@pytest.mark.parametrize("size", [1, 2, 5, 21, 200])
def test_pages_hold_every_event_once_newest_first(client: TestClient, size: int) -> None:
    a_week(client)
    whole = listed(client)

    pages = -(-21 // size)
    parts = [listed(client, page=str(n + 1), page_size=str(size)) for n in range(pages + 1)]

    assert [each for part in parts for each in part] == whole
    assert parts[-1] == []
    assert [each["occurred_at"] for each in whole] == sorted(
        (each["occurred_at"] for each in whole), reverse=True
    )


def test_events_of_one_instant_are_in_the_order_of_source_and_id(client: TestClient) -> None:
    ids = [("codex", "b"), ("codex", "a"), ("claude", "c"), ("codex", "B"), ("codex", "é")]
    for n, (source, event_id) in enumerate(ids):
        sent = event(event_id=event_id, source=source, input_tokens=n, output_tokens=0)
        client.post("/v1/events", json=[sent])

    order = [ids[each["input_tokens"]] for each in listed(client)]

    assert order == [
        ("claude", "c"),
        ("codex", "B"),
        ("codex", "a"),
        ("codex", "b"),
        ("codex", "é"),
    ]


def test_an_id_stays_whatever_becomes_of_the_event(client: TestClient, backend: Backend) -> None:
    client.post("/v1/events", json=[event(), event(event_id="other")])
    before = {each["id"] for each in listed(client)}

    moved = event(occurred_at="2026-11-19T00:00:00Z", model="another", revision=1)
    client.post("/v1/events", json=[moved])
    fold_pending(backend)
    rebuild_days(backend, range(20776, 20779), lambda _: None)

    after = listed(client)
    assert {each["id"] for each in after} == before
    assert [each["model"] for each in after] == ["openai/gpt-4.1", "another"]


@pytest.mark.parametrize("page", ["1", "2", "999999999999999999"])
def test_a_page_past_the_end_is_empty(client: TestClient, page: str) -> None:
    answered = asked(client, EVENTS, page=page, page_size="200")

    assert answered["items"] == []
    assert answered["pagination"] == {
        "page": int(page),
        "page_size": 200,
        "total": 0,
        "total_pages": 1,
    }


@pytest.mark.parametrize("folded", [True, False])
def test_events_of_sealed_days_are_neither_listed_nor_counted_and_stay_in_the_sums(
    client: TestClient, backend: Backend, folded: bool
) -> None:
    a_week(client)
    if folded:
        fold_pending(backend)
    before = {path: asked(client, path, **RANGE) for path in (CHARTS, EVENTS, DAILY)}
    known = client.get(EVENTS, params=RANGE).headers["etag"]

    removed = retire_old_days(backend)

    after = {path: asked(client, path, **RANGE) for path in (CHARTS, EVENTS, DAILY)}
    pages = [listed(client, page=str(n), page_size="5") for n in range(1, 4)]
    again = client.get(EVENTS, params=RANGE, headers={"If-None-Match": known})
    assert (removed, again.status_code) == (9, 200)
    assert (after[CHARTS], after[DAILY]) == (before[CHARTS], before[DAILY])
    assert after[EVENTS] == before[EVENTS] | {
        "items": before[EVENTS]["items"][:12],
        "pagination": {"page": 1, "page_size": 50, "total": 12, "total_pages": 1},
    }
    assert [len(page) for page in pages] == [5, 5, 2]
    assert [each for page in pages for each in page] == after[EVENTS]["items"]


def test_without_the_rollup_sealed_days_are_named_and_others_answered(
    client: TestClient, backend: Backend
) -> None:
    a_week(client)
    fold_pending(backend)
    retire_old_days(backend)
    recent = {**RANGE, "start": "2026-11-18"}
    before = asked(client, EVENTS, **recent)
    with backend.database.writer.begin() as connection:
        connection.execute(text("DROP TABLE user_daily_usage"))
        connection.execute(text("UPDATE data_version SET version = version + 1"))

    for path in (CHARTS, EVENTS, DAILY):
        lost = client.get(path, params=RANGE)
        kept = client.get(path, params=recent)

        said = (
            "user_daily_usage is missing, and retention removed the events of "
            "2026-11-15, 2026-11-16, 2026-11-17"
        )
        assert (lost.status_code, lost.json()) == (
            503,
            {"error": said, "code": "service_unavailable"},
        )
        assert (kept.status_code, kept.headers["x-tokentally-rollup"]) == (200, "fallback")
    assert asked(client, EVENTS, **recent) == before
