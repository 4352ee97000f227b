"""Of two deliveries of one event, which one stands."""

from typing import Any

import pytest
from backend.tests.factories import answer, event
from backend.tests.ingest.conflicting import BASE, outcome, state
from fastapi.testclient import TestClient

pytestmark = pytest.mark.every_engine
AS_CHANNELS = BASE | {"input_tokens": 50, "output_tokens": 30, "pricing_mode": "add"}
"""`BASE` with the same counts, stated as channels side by side."""


def differing(**changes: Any) -> dict[str, Any]:
    return BASE | changes


GREATER = [
    ("total", differing(output_tokens=41)),
    ("total before input", differing(input_tokens=99, output_tokens=42)),
    ("input before output", differing(input_tokens=101, output_tokens=39)),
    ("cached input", differing(cached_input_tokens=31)),
    ("cached input before cache writes", differing(cached_input_tokens=31, cache_write_tokens=19)),
    ("cache writes", differing(cache_write_tokens=21)),
    (
        "cache writes before those for one hour",
        differing(cache_write_tokens=21, cache_write_1h_tokens=0),
    ),
    ("one-hour cache writes", differing(cache_write_1h_tokens=11)),
    (
        "one-hour cache writes before reasoning",
        differing(cache_write_1h_tokens=11, reasoning_output_tokens=0),
    ),
    ("reasoning", differing(reasoning_output_tokens=11)),
    ("reasoning before cost", differing(reasoning_output_tokens=11)),
    ("any cost before none", differing(cost_usd=0)),
    ("cost before model", differing(cost_usd="0.000000001", model="a")),
    ("model by code point", differing(model="é")),
    ("model before success", differing(model="n", success=False)),
    ("mode", AS_CHANNELS),
    ("mode before team", AS_CHANNELS | {"team": "A"}),
    ("team by code point", differing(team="Red")),
    ("a lower-case team after an upper-case one", differing(team="blue")),
    ("revision before everything", differing(revision=6, input_tokens=60, output_tokens=30)),
]


@pytest.mark.parametrize(
    "greater", [case[1] for case in GREATER], ids=[case[0] for case in GREATER]
)
def test_the_greater_content_stands_whichever_comes_first(
    client: TestClient, greater: dict[str, Any]
) -> None:
    up = [outcome(client, BASE), outcome(client, greater), outcome(client, greater)]
    stored_up = state(client)
    down = [
        outcome(client, greater | {"event_id": "req-2"}),
        outcome(client, BASE | {"event_id": "req-2"}),
        outcome(client, greater | {"event_id": "req-2"}),
    ]
    client.post("/v1/events", json=[BASE | {"event_id": "req-2"}])

    assert up == [{"accepted": 1}, {"updated": 1}, {"duplicate": 1}]
    assert down == [{"accepted": 1}, {"superseded": 1}, {"duplicate": 1}]
    assert doubled(stored_up["/models"]) == state(client)["/models"]


def doubled(models: dict[str, Any]) -> dict[str, Any]:
    twice = [
        entry
        | {name: 2 * entry[name] for name in ("tokens", "requests", "unpriced_tokens")}
        | {"cost_usd": f"{2 * float(entry['cost_usd']):.6f}"}
        for entry in models["models"]
    ]
    return {"models": twice}


def test_a_success_is_greater_than_a_failure(client: TestClient) -> None:
    failed, succeeded = BASE | {"success": False}, BASE

    first = [outcome(client, failed), outcome(client, succeeded), outcome(client, failed)]

    assert first == [{"accepted": 1}, {"updated": 1}, {"superseded": 1}]
    blue = {
        "name": "Blue",
        "total_requests": 1,
        "successful_requests": 1,
        "failed_requests": 0,
        "success_rate": 100.0,
    }
    assert state(client)["/success-rate"] == {"teams": [blue]}


@pytest.mark.parametrize(
    ("second", "expected", "tokens"),
    [
        ({"revision": 6}, "updated", 140),
        ({"revision": 6, "output_tokens": 10}, "updated", 110),
        ({"revision": 6, "output_tokens": 90}, "updated", 190),
        ({"revision": 2**63 - 1}, "updated", 140),
        ({"revision": 4}, "superseded", 140),
        ({"revision": 4, "output_tokens": 90}, "superseded", 140),
        ({"revision": 4, "occurred_at": "2026-11-20T00:00:00Z"}, "superseded", 140),
        ({"revision": 0}, "superseded", 140),
        ({}, "duplicate", 140),
        ({"output_tokens": 41}, "updated", 141),
        ({"output_tokens": 39}, "superseded", 140),
        ({"occurred_at": "2026-11-21T10:14:59.999999Z"}, "updated", 140),
        ({"occurred_at": "2026-11-21T10:15:00.000001Z"}, "superseded", 140),
        ({"occurred_at": "2026-11-21T10:15:00.0000009Z"}, "duplicate", 140),
        ({"occurred_at": "2026-11-21T11:15:00+01:00"}, "duplicate", 140),
        ({"occurred_at": "2026-11-20T10:15:00Z", "output_tokens": 39}, "updated", 140),
        ({"occurred_at": "2026-11-21T11:00:00Z", "output_tokens": 41}, "updated", 141),
        ({"source": " CODEX ", "model": " M "}, "duplicate", 140),
        ({"total_tokens": 140}, "duplicate", 140),
        ({"cost_usd": None}, "duplicate", 140),
    ],
)
def test_a_second_delivery_ends_as_its_revision_content_and_time_say(
    client: TestClient, second: dict[str, Any], expected: str, tokens: int
) -> None:
    outcome(client, BASE)

    ended = outcome(client, BASE | second)

    models = state(client)["/models"]["models"]
    assert ended == {expected: 1}
    assert [(model["model_ids"], model["requests"], model["tokens"]) for model in models] == [
        (["m"], 1, tokens)
    ]


def test_repeats_inside_one_request_count_as_if_they_came_one_after_the_other(
    client: TestClient,
) -> None:
    partial, final = BASE, BASE | {"output_tokens": 90}
    huge = BASE | {"event_id": "huge", "input_tokens": 2 * 10**9}

    ended = outcome(
        client,
        *(partial, final, partial, final, huge, huge, huge | {"input_tokens": 3 * 10**9}, partial),
        event(event_id="other"),
    )

    assert ended == {"accepted": 3, "updated": 2, "superseded": 2, "duplicate": 2}
    assert {
        tuple(entry["model_ids"]): (entry["requests"], entry["tokens"])
        for entry in state(client)["/models"]["models"]
    } == {("m",): (2, 3 * 10**9 + 40 + 190), ("openai/gpt-4.1",): (1, 120)}


def test_the_whole_answer_names_all_five_ends(client: TestClient) -> None:
    client.post("/v1/events", json=[BASE])
    events = [
        BASE,
        BASE | {"revision": 6},
        BASE,
        BASE | {"event_id": "new"},
        BASE | {"event_id": "bad", "success": "yes"},
    ]

    posted = client.post("/v1/events", json=events).json()

    errors = [
        {"index": 4, "event_id": "bad", "field": "success", "message": "must be true or false"}
    ]
    assert posted == answer(
        accepted=1, duplicate=1, updated=1, superseded=1, rejected=1, errors=errors
    )
