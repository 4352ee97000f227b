"""`/v1/admin/aliases`: models that stand for others, set by admins as by the command."""

from typing import Any

import pytest
from backend.tests.factories import event, problem
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.store.prices import all_changes

pytestmark = pytest.mark.every_engine

ALIASES = "/v1/admin/aliases"
WISH = {"from_model": "ours", "to_model": "vendor/m"}
SHOWN = WISH | {"kind": "price", "effective_from": "2015-01-01"}


def aliases(client: TestClient) -> Any:
    return client.get(ALIASES).json()["aliases"]


def test_a_model_is_priced_as_another(client: TestClient, backend: Backend) -> None:
    client.post("/v1/events", json=[event(model="ours")])

    said = client.post(ALIASES, json={"from_model": " Ours ", "to_model": "Vendor/M", "why": "gw"})

    words = "ours is priced as vendor/m from 2015-01-01"
    fix = "tokentally reprice --model ours --from 2015-01-01"
    assert (said.status_code, said.json()) == (
        201,
        {
            "alias": SHOWN,
            "says": words,
            "stored": {"unpriced_tokens": 120, "requests": 1, "fix": fix},
        },
    )
    assert aliases(client) == [SHOWN]
    with backend.database.readers.connect() as connection:
        [change] = all_changes(connection)
    assert change[1:] == ("local", "alias", "gw", words)


def test_events_are_priced_by_an_alias_from_its_day_on(client: TestClient) -> None:
    price = {"model": "vendor/m", "effective_from": "2026-01-01", "input": "1", "output": "1"}
    client.post("/v1/admin/prices", json=price)
    client.post(ALIASES, json=WISH | {"effective_from": "2026-11-21"})

    days = ("2026-11-20", "2026-11-21")
    sent = [event(event_id=day, occurred_at=f"{day}T10:00:00Z", model="ours") for day in days]
    client.post("/v1/events", json=sent)

    [model] = client.get("/tokens/models").json()["models"]
    assert (model["cost_usd"], model["unpriced_tokens"]) == ("0.000120", 120)


def test_usage_counts_as_another_and_nothing_is_to_be_repriced(client: TestClient) -> None:
    given = WISH | {"kind": "usage", "effective_from": "2026-03-01"}

    said = client.post(ALIASES, json=given)

    words = "ours counts as vendor/m from 2026-03-01"
    assert said.json() == {"alias": given, "says": words, "stored": None}


def test_of_each_kind_model_and_day_the_last_alias_stands(client: TestClient) -> None:
    other = WISH | {"to_model": "other"}
    usage = WISH | {"kind": "usage"}
    for given in (usage, WISH, other, other | {"effective_from": "2026-01-01"}):
        assert client.post(ALIASES, json=given).status_code == 201

    assert aliases(client) == [
        SHOWN | {"to_model": "other"},
        SHOWN | {"to_model": "other", "effective_from": "2026-01-01"},
        SHOWN | {"kind": "usage"},
    ]


@pytest.mark.parametrize(
    ("wrong", "detail"),
    [
        ({"kind": "display"}, "kind: Invalid enum value 'display'"),
        ({"to_model": ""}, "model must be 1 to 200 characters"),
        ({"from_model": None}, "from_model: Expected `str`, got `null`"),
        ({"effective_from": "2101-01-01"}, "effective_from must lie from 2015-01-01 to 2100-01-01"),
        ({"why": "w" * 201}, "why must be at most 200 characters"),
    ],
)
def test_an_alias_that_can_not_be_meant_is_refused(
    client: TestClient, wrong: dict[str, Any], detail: str
) -> None:
    refused = client.post(ALIASES, json=WISH | wrong)

    assert (refused.status_code, refused.json()) == (400, problem(400, detail))
    assert aliases(client) == []
