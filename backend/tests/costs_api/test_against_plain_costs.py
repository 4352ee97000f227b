"""All answers for random histories and parameters, against sums made one event at a time."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from backend.tests.costs_api.asking import CHARTS, DAILY, EVENTS, asked, assert_opaque
from backend.tests.costs_api.plain_costs import PlainCosts
from backend.tests.exactness.oracle import Oracle
from backend.tests.factories import NOW
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.store.fold import fold
from tokentally_jobs.fold import fold_pending

pytestmark = pytest.mark.every_engine

TODAY = NOW.date()
HISTORIES, EVENTS_EACH, PARAMETERS = 6, 90, 30
MODELS = [f"vendor/model-{n:02}" for n in range(15)]
COSTS = ["0", "0.0000005", "0.0000015", "0.0000025", "0.000000001", "0.123456789", "12.5"]
STATES: dict[str, Callable[[Backend], object]] = {
    "not folded": lambda _: None,
    "half folded": lambda backend: backend.change_rollups(lambda c: fold(c, EVENTS_EACH // 3)),
    "folded": fold_pending,
}


def history(chance: Random) -> list[dict[str, Any]]:
    """Events of two users, some of them stated again in another way."""
    return [
        {
            "event_id": f"event-{chance.randrange(EVENTS_EACH):03}",
            "occurred_at": (NOW + timedelta(hours=23 - chance.randrange(24 * 45))).isoformat(),
            "source": chance.choice(["codex", "claude"]),
            "model": chance.choice(MODELS),
            "input_tokens": (tokens := chance.choice([0, 1, 2, 7, 1000])),
            "cached_input_tokens": tokens // 2,
            "output_tokens": chance.choice([0, 1, 500]),
            "revision": chance.choice([0, 0, 0, 1, 2]),
            **({"cost_usd": chance.choice(COSTS)} if chance.random() < 0.8 else {}),
            **({"user": "somebody else"} if chance.random() < 0.3 else {}),
        }
        for _ in range(EVENTS_EACH)
    ]


def parameters(chance: Random) -> dict[str, str]:
    first = TODAY - timedelta(days=chance.randrange(60))
    last = first + timedelta(days=chance.randrange(70))
    choices = {
        "range": ["today", "7d", "30d", "30D", "custom", "custom", "CUSTOM"],
        "model_id": [*MODELS, MODELS[0].upper(), "unknown model", ""],
        "top_models": ["1", "2", "3", "8", "12", "0", "-7", "99"],
        "granularity": ["day", "week", "month", "Week"],
        "include": ["stats"],
        "page": ["1", "2", "3", "1000000000000"],
        "page_size": ["1", "7", "50", "200"],
    }
    often = {"range": 0.9, "model_id": 0.2, "include": 0.5}
    asked_for = {
        name: chance.choice(values)
        for name, values in choices.items()
        if chance.random() < often.get(name, 0.7)
    }
    return {**asked_for, "start": first.isoformat(), "end": last.isoformat()}


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_answers_are_the_sums_of_the_events(
    client: TestClient, backend: Backend, seed: int
) -> None:
    chance, oracle = Random(seed), Oracle()
    sent = history(chance)
    outcomes = [oracle.deliver(each, NOW) for each in sent]
    posted = client.post("/v1/events", json=sent).json()
    assert {name: posted[name] for name in ("accepted", "updated")} == {
        name: outcomes.count(name) for name in ("accepted", "updated")
    }

    for bring_about in STATES.values():
        bring_about(backend)
        for _ in range(PARAMETERS):
            assert_all_right(client, oracle, parameters(chance))


def assert_all_right(client: TestClient, oracle: Oracle, params: dict[str, str]) -> None:
    expected = PlainCosts(oracle, "local", params, TODAY)

    assert asked(client, CHARTS, **params) == expected.charts()
    assert asked(client, DAILY, **params) == expected.daily()
    listed = asked(client, EVENTS, **params)
    assert_opaque([each.pop("id") for each in listed["items"]])
    assert listed == expected.events()
