"""`/v1/admin/prices`: the price book through the door that admins have, by the commands' rules."""

from datetime import timedelta
from typing import Any

import pytest
from backend.tests.factories import NOW, event, problem
from backend.tests.pricing.price_door import PRICES, SHOWN, WISH, book, in_force, log
from backend.tests.pricing.priced import price
from fastapi.testclient import TestClient
from sqlalchemy import text

from tokentally.api.backend import Backend
from tokentally.config import Settings
from tokentally_jobs.backfill import days_between
from tokentally_jobs.reprice import reprice

pytestmark = pytest.mark.every_engine

SIGN_IN = True
TIER = {
    "from_input_tokens": 0,
    "input": "2",
    "cached_input": "2",
    "cache_write": "2",
    "cache_write_1h": "2",
    "output": "8",
    "reasoning_output": "8",
}
IN_FORCE: dict[str, Any] = {
    "model": "m",
    "priced_as": "m",
    "source": "manual",
    "effective_from": "2026-01-01",
    "tiers": [TIER],
}
FIX = "tokentally reprice --model m --from 2026-01-01"
NOTHING = {"unpriced_tokens": 0, "requests": 0, "fix": FIX}


def test_a_price_is_set_and_in_force_from_its_day_on(admin: TestClient, backend: Backend) -> None:
    before = in_force(admin)

    said = admin.post(PRICES, json=WISH | {"model": " M ", "why": " the contract "})

    assert before == {"day": "2026-11-21", "prices": []}
    assert (said.status_code, said.json()) == (
        201,
        {"price": SHOWN, "replaced": None, "stored": NOTHING},
    )
    assert in_force(admin) == {"day": "2026-11-21", "prices": [IN_FORCE]}
    assert in_force(admin, day="2026-01-01")["prices"] == [IN_FORCE]
    assert in_force(admin, day="2025-12-31") == {"day": "2025-12-31", "prices": []}
    words = "m: input 2, output 8 USD per million tokens from 2026-01-01"
    assert log(backend) == [("grace", "set", "the contract", words)]


def test_events_go_by_a_new_price_and_stored_ones_keep_what_they_cost(
    admin: TestClient, backend: Backend
) -> None:
    def sent(number: int, **others: Any) -> dict[str, Any]:
        return event(event_id=str(number), model="m", input_tokens=10, output_tokens=0, **others)

    earlier = (NOW - timedelta(days=400)).isoformat()
    admin.post("/v1/events", json=[sent(1), sent(2, cost_usd="1"), sent(3, occurred_at=earlier)])

    said = admin.post(PRICES, json=WISH).json()
    admin.post("/v1/events", json=[sent(4)])
    [unpriced] = admin.get("/v1/health").json()["unpriced"]["models"]

    assert said["stored"] == {"unpriced_tokens": 10, "requests": 2, "fix": FIX}
    assert admin.get("/tokens/models").json()["models"][0]["cost_usd"] == "1.000020"
    assert unpriced == {
        "model": "m",
        "unpriced_tokens": 10,
        "requests": 3,
        "has_price": True,
        "fix": "`tokentally reprice --model m` prices them",
    }
    reprice(backend, days_between(backend, range(0, 40_000)), "m", "", lambda _: None)
    assert admin.get("/v1/health").json()["unpriced"]["count"] == 0
    assert admin.post(PRICES, json=WISH).json() == {
        "price": SHOWN,
        "replaced": SHOWN,
        "stored": {"unpriced_tokens": 0, "requests": 3, "fix": FIX},
    }


def test_what_is_unpriced_is_not_counted_from_raw_events(
    admin: TestClient, backend: Backend
) -> None:
    with backend.database.writer.begin() as connection:
        connection.execute(text("DROP TABLE model_daily_usage"))

    said = admin.post(PRICES, json=WISH).json()["stored"]

    assert said == {"unpriced_tokens": None, "requests": None, "fix": FIX}


def test_a_tier_and_every_rate_are_set_and_shown(admin: TestClient) -> None:
    rates = {
        "input": "3.50",
        "cached_input": "0.35",
        "cache_write": "4",
        "cache_write_1h": "8",
        "output": "28",
        "reasoning_output": "0.000000001",
    }
    high = WISH | rates | {"tier_from_input_tokens": 200_000}

    alone = admin.post(PRICES, json=high)
    admin.post(PRICES, json=WISH)
    said = admin.post(PRICES, json=high)

    exact = rates | {"input": "3.5"}
    detail = "a tier needs a price for all inputs, of the same day, first"
    assert (alone.status_code, alone.json()) == (400, problem(400, detail))
    assert said.json() == {
        "price": SHOWN | exact | {"tier_from_input_tokens": 200_000},
        "replaced": None,
        "stored": NOTHING,
    }
    tiers = [TIER, exact | {"from_input_tokens": 200_000}]
    assert in_force(admin, model="m")["prices"] == [IN_FORCE | {"tiers": tiers}]


def test_own_prices_win_and_the_source_of_each_is_told(admin: TestClient, backend: Backend) -> None:
    book(backend, price("m", "2026-06-01", source="openrouter", input="7"))
    book(backend, price("b", "2026-06-01", source="openrouter"), price("later", "2027-01-01"))
    admin.post(PRICES, json=WISH)

    b = IN_FORCE | {
        "model": "b",
        "priced_as": "b",
        "source": "openrouter",
        "effective_from": "2026-06-01",
    }
    assert in_force(admin)["prices"] == [b, IN_FORCE]


def test_one_model_is_looked_up_as_its_events_are_priced(
    admin: TestClient, backend: Backend
) -> None:
    book(backend, price("vendor/m", "2026-01-01", source="openrouter"))
    alias = {"from_model": "ours", "to_model": "vendor/m", "effective_from": "2026-11-01"}
    admin.post("/v1/admin/aliases", json=alias)

    def found(model: str, **given: str) -> list[tuple[str, str, str]]:
        prices = in_force(admin, model=model, **given)["prices"]
        return [(each["model"], each["priced_as"], each["source"]) for each in prices]

    assert found(" Vendor/M-2026-03-04 ") == [
        ("vendor/m-2026-03-04", "vendor/m", "openrouter"),
    ]
    assert found("ours") == [("ours", "vendor/m", "openrouter")]
    assert found("ours", day="2026-10-31") == found("m") == []


class TestWithThePackage:
    """Public prices are known."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"price_book": "genai-prices"})

    def test_looking_a_model_up_keeps_nothing(self, admin: TestClient, backend: Backend) -> None:
        [found] = in_force(admin, model="openai/gpt-4.1")["prices"]

        assert (found["priced_as"], found["source"]) == ("openai/gpt-4.1", "genai-prices")
        assert (found["tiers"][0]["input"], found["tiers"][0]["output"]) == ("2", "8")
        assert (in_force(admin)["prices"], log(backend)) == ([], [])
