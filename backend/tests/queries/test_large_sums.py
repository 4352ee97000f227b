"""Sums near and past 64 bits: refused before a bucket could overflow, exact in every answer."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from backend.tests.factories import answer, event, refusal
from tokentally.api.backend import Backend
from tokentally.store.verify import differences
from tokentally_jobs.fold import fold_pending

ROOM = 4_611
"""How many events of 10^6 USD fit into half of a 64-bit number of nano-USD."""

REFUSED = "the sums of this day, team, source and model would exceed 64 bits"
DAYS = {"start_date": "2026-11-20", "end_date": "2026-11-21"}


def dear(event_id: str, **overrides: Any) -> dict[str, Any]:
    return event(event_id=event_id, cost_usd=1_000_000, **overrides)


def test_events_past_the_room_of_their_bucket_are_rejected(client: TestClient) -> None:
    events = [dear(str(n)) for n in range(10_000)]

    first = client.post("/v1/events", json=events).json()
    again = client.post("/v1/events", json=events).json()

    beyond = [refusal(n, str(n), None, REFUSED) for n in range(ROOM, ROOM + 100)]
    assert first == answer(accepted=ROOM, rejected=10_000 - ROOM, errors=beyond)
    assert again == answer(duplicate=ROOM, rejected=10_000 - ROOM, errors=beyond)
    [model] = client.get("/tokens/models").json()["models"]
    assert (model["requests"], model["cost_usd"]) == (ROOM, "4611000000.000000")


def test_a_full_bucket_still_takes_ordinary_events_and_other_buckets_dear_ones(
    client: TestClient,
) -> None:
    client.post("/v1/events", json=[dear(str(n)) for n in range(ROOM)])
    events = [
        dear("full"),
        event(event_id="ordinary", cost_usd=1),
        dear("other day", occurred_at="2026-11-20T10:15:00Z"),
        dear("other team", team="Red"),
        dear("other source", source="claude"),
        dear("other model", model="o3"),
        dear("0", revision=1, cost_usd=2),
    ]

    posted = client.post("/v1/events", json=events).json()

    errors = [refusal(0, "full", None, REFUSED)]
    assert posted == answer(accepted=5, updated=1, rejected=1, errors=errors)


def test_an_update_that_would_overflow_its_bucket_leaves_the_event_as_it_was(
    client: TestClient, backend: Backend
) -> None:
    client.post("/v1/events", json=[dear(str(n)) for n in range(ROOM)])
    client.post("/v1/events", json=[event(event_id="small", cost_usd=1)])
    before = client.get("/tokens/models").json()

    posted = client.post("/v1/events", json=[dear("small", revision=1)]).json()

    errors = [refusal(0, "small", None, REFUSED)]
    assert posted == answer(rejected=1, errors=errors)
    assert client.get("/tokens/models").json() == before
    with backend.database.readers.connect() as connection:
        assert list(differences(connection, 20_778)) == []


@pytest.mark.parametrize("folded", [False, True])
def test_answers_over_several_full_buckets_are_exact(
    client: TestClient, backend: Backend, folded: bool
) -> None:
    for team in ("Blue", "Red", "Green"):
        sent = [dear(f"{team}-{n}", team=team) for n in range(ROOM)]
        assert client.post("/v1/events", json=sent).json() == answer(accepted=ROOM)
    if folded:
        fold_pending(backend)
    requests = 3 * ROOM

    models = client.get("/tokens/models", params=DAYS).json()["models"]
    teams = client.get("/tokens", params=DAYS).json()["teams"]
    cells = client.get("/tokens/cost-efficiency", params=DAYS).json()["cells"]

    assert models == [
        {
            "model": "GPT-4.1",
            "tokens": 120 * requests,
            "model_ids": ["openai/gpt-4.1"],
            "requests": requests,
            "cost_usd": "13833000000.000000",
            "unpriced_tokens": 0,
        }
    ]
    assert [(team["name"], team["cost_usd"]) for team in teams] == [
        (name, "4611000000.000000") for name in ("Blue", "Green", "Red")
    ]
    assert cells == [
        {
            "team": name,
            "model": "GPT-4.1",
            "cost_per_1k_tokens": 8333333.333333,
            "total_cost": 4611000000.0,
            "total_tokens": 120 * ROOM,
            "unpriced_tokens": 0,
        }
        for name in ("Blue", "Green", "Red")
    ]
    assert client.get("/tokens/hourly", params=DAYS).json()["hours"][10] == {
        "hour": 10,
        "tokens": 120 * requests,
    }


def test_the_largest_counts_add_up_exactly(client: TestClient, backend: Backend) -> None:
    most = {"input_tokens": 10**12, "cached_input_tokens": 10**12, "cache_write_tokens": 10**12}
    events = [
        event(event_id=str(n), pricing_mode="add", output_tokens=10**12, **most)
        for n in range(1_000)
    ]

    posted = client.post("/v1/events", json=events)
    fold_pending(backend)

    [model] = client.get("/tokens/models").json()["models"]
    assert posted.json() == answer(accepted=1_000)
    assert (model["tokens"], model["unpriced_tokens"]) == (4 * 10**15, 4 * 10**15)
