"""The price book and the door: whose price an event gets, and when a new one is seen."""

import pytest
from backend.tests.exactness.handle import Handle
from backend.tests.factories import SettableClock
from backend.tests.pricing.priced import (
    CHANGE,
    COMPUTED,
    REPORTED,
    UNPRICED,
    USD,
    add,
    assert_verified,
    at,
    price,
    sent,
    spent,
    stored_costs,
)
from fastapi.testclient import TestClient

from tokentally.days import FIRST_DATE, day_number
from tokentally.store.prices import Alias, set_alias

pytestmark = pytest.mark.every_engine

ALWAYS = day_number(FIRST_DATE)


def alias(handle: Handle, name: str, other: str, since: int = ALWAYS) -> None:
    handle.write(lambda connection: set_alias(connection, Alias(name, other, since), CHANGE))


def test_an_event_is_priced_as_it_comes_in(handle: Handle, database_url: str) -> None:
    add(handle, price())

    handle.send([sent(output_tokens=500_000)])

    assert stored_costs(database_url) == {"e": (6 * USD, COMPUTED, True)}
    assert spent(database_url, "model_daily_usage") == [(6 * USD, 0)]
    assert_verified(handle)


def test_what_the_source_reports_stands_even_if_it_is_nothing(
    handle: Handle, database_url: str
) -> None:
    add(handle, price())

    handle.send([sent("free", cost_usd="0"), sent("dear", cost_usd="7")])

    assert stored_costs(database_url) == {
        "free": (0, REPORTED, False),
        "dear": (7 * USD, REPORTED, False),
    }


def test_a_model_that_nobody_knows_is_unpriced(handle: Handle, database_url: str) -> None:
    handle.send([sent(model="in-house/x"), sent("none", model="in-house/x", input_tokens=0)])

    assert stored_costs(database_url) == {"e": (0, UNPRICED, False), "none": (0, UNPRICED, False)}
    assert spent(database_url, "model_daily_usage") == [(0, 1_000_000)]


def test_a_price_that_another_process_adds_is_seen_by_the_next_delivery(
    handle: Handle, database_url: str
) -> None:
    handle.send([sent("before")])
    other = Handle(database_url, SettableClock())
    add(other, price())
    other.close()

    handle.send([sent("after")])

    assert stored_costs(database_url) == {
        "before": (0, UNPRICED, False),
        "after": (2 * USD, COMPUTED, True),
    }


def test_an_own_price_wins_over_newer_ones_of_others(handle: Handle, database_url: str) -> None:
    add(handle, price("known", "2026-01-01", input="5"))
    add(handle, price("known", "2026-11-01", source="openrouter", input="9"))

    handle.send([sent(model="known"), sent("old", model="known", occurred_at=at("2025-12-31"))])

    assert stored_costs(database_url) == {
        "e": (5 * USD, COMPUTED, True),
        "old": (1 * USD, COMPUTED, True),
    }


def test_of_other_prices_the_newest_dated_one_counts(handle: Handle, database_url: str) -> None:
    handle.send([sent("first", model="known")])
    add(handle, price("known", "2026-11-21", source="openrouter", input="9"))

    handle.send([sent(model="known"), sent("old", model="known", occurred_at=at("2026-11-20"))])

    assert stored_costs(database_url) == {
        "first": (1 * USD, COMPUTED, True),
        "e": (9 * USD, COMPUTED, True),
        "old": (1 * USD, COMPUTED, True),
    }


def test_an_alias_prices_a_model_as_another_from_its_day_on(
    handle: Handle, database_url: str
) -> None:
    alias(handle, "m", "known", day_number(FIRST_DATE) + 1)
    alias(handle, "late", "known", 20_778)  # 2026-11-21

    handle.send(
        [sent(), sent("a", model="late"), sent("b", model="late", occurred_at=at("2026-11-20"))]
    )

    assert stored_costs(database_url) == {
        "e": (1 * USD, COMPUTED, True),
        "a": (1 * USD, COMPUTED, True),
        "b": (0, UNPRICED, False),
    }


def test_an_own_price_wins_over_an_alias_and_an_alias_over_the_book(
    handle: Handle, database_url: str
) -> None:
    add(handle, price("own", input="5"), price("listed", source="openrouter", input="6"))
    for name in ("own", "listed"):
        alias(handle, name, "known")

    handle.send([sent(model="own"), sent("l", model="listed")])
    alias(handle, "listed", "listed")
    handle.send([sent("itself", model="listed")])

    assert stored_costs(database_url) == {
        "e": (5 * USD, COMPUTED, True),
        "l": (1 * USD, COMPUTED, True),
        "itself": (6 * USD, COMPUTED, True),
    }


def test_a_revision_is_priced_by_what_it_says(handle: Handle, database_url: str) -> None:
    add(handle, price(), price("dear", input="20"))
    handle.send([sent()])

    assert handle.send([sent(model="dear", revision=1)]) == ["updated"]

    assert stored_costs(database_url) == {"e": (20 * USD, COMPUTED, True)}
    assert spent(database_url, "model_daily_usage") == [(20 * USD, 0)]
    assert_verified(handle)


def test_the_page_of_models_shows_computed_costs(client: TestClient, handle: Handle) -> None:
    add(handle, price("openai/gpt-4.1"))
    client.post("/v1/events", json=[sent(model="openai/gpt-4.1")])

    day = {"start_date": "2026-11-21", "end_date": "2026-11-21"}
    answer = client.get("/tokens/models", params=day).json()

    assert [(m["model"], m["cost_usd"], m["unpriced_tokens"]) for m in answer["models"]] == [
        ("GPT-4.1", "2.000000", 0)
    ]
