"""Whose rates are shown beside usage, and the mode in which it was reported."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from backend.tests.dashboard.asking import BREAKDOWN, BUILT_IN, DAILY, SUMMARY, sent, told
from backend.tests.factories import event
from backend.tests.pricing.priced import CHANGE, price
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.api.server import create_backend
from tokentally.config import Settings
from tokentally.days import day_number
from tokentally.store.prices import Alias, Price, add_prices, set_alias

pytestmark = pytest.mark.every_engine

DEFAULT = "gpt-5.2-codex"


def add(backend: Backend, *prices: Price) -> None:
    backend.writer.run(lambda connection: add_prices(connection, prices, CHANGE)).result()


def send(client: TestClient, **models: str) -> None:
    """An event a model: its name, and how it is reported."""
    calls = [event(event_id=name, model=name, pricing_mode=mode) for name, mode in models.items()]
    client.post("/v1/events", json=calls)


def shown(client: TestClient, query: str = "") -> tuple[str, str, str, str]:
    """Model, source, first day and input rate; the same for all questions about ranges."""
    block = told(client, SUMMARY, query)["pricing"]
    assert told(client, DAILY, query)["summary"]["pricing"] == block
    rates = block["rates_per_million_usd"]
    return block["model"], block["source"], block["effective_from"], rates["input"]


def test_rates_that_are_missing_are_those_that_they_are_part_of(
    client: TestClient, backend: Backend
) -> None:
    send(client, m="overlap")
    add(backend, price(input="1.7500005", output="14.5"), price(tier=1000, input="9"))

    assert told(client, SUMMARY)["pricing"] == {
        "model": "m",
        "pricing_mode": "overlap",
        "source": "manual",
        "effective_from": "2026-01-01",
        "rates_per_million_usd": {
            "input": "1.750000",  # half to even
            "cached_input": "1.750000",
            "output": "14.500000",
            "reasoning_output": "14.500000",
        },
    }


def test_special_rates_are_shown(client: TestClient, backend: Backend) -> None:
    send(client, m="overlap")
    add(backend, price(cached_input="0.175", reasoning_output="20"))

    assert told(client, BREAKDOWN)["pricing"]["rates_per_million_usd"] == {
        "input": "2.000000",
        "cached_input": "0.175000",
        "output": "8.000000",
        "reasoning_output": "20.000000",
    }


def test_the_model_asked_for_comes_first_then_the_only_one_then_the_default(
    client: TestClient, backend: Backend
) -> None:
    add(backend, price("m", input="1"), price("n", input="2"), price(DEFAULT, input="3"))
    nothing = shown(client)
    send(client, m="overlap")
    alone = shown(client)
    send(client, n="overlap")
    both = shown(client)

    assert nothing == both == (DEFAULT, "manual", "2026-01-01", "3.000000")
    assert alone == ("m", "manual", "2026-01-01", "1.000000")
    assert shown(client, "model=n") == ("n", "manual", "2026-01-01", "2.000000")
    assert shown(client, "model=unheard-of") == both
    assert told(client, BREAKDOWN, "model=n")["pricing"]["model"] == DEFAULT
    assert shown(client, "source=other") == nothing


def test_the_latest_rates_in_force_on_the_last_day_are_shown(
    client: TestClient, backend: Backend
) -> None:
    sets = [("2026-01-01", "1"), ("2026-03-01", "3"), ("2026-02-01", "2")]
    add(backend, *(price(since=day, input=usd, source="book") for day, usd in sets))
    add(backend, price(since="2026-04-01", source="book", active=0))

    on = {day: shown(client, f"model=m&to={day}")[2:] for day in ("2026-02-28", "2026-03-01")}
    before = told(client, SUMMARY, "model=m&to=2025-12-31")["pricing"]

    assert on == {
        "2026-02-28": ("2026-02-01", "2.000000"),
        "2026-03-01": ("2026-03-01", "3.000000"),
    }
    assert before == BUILT_IN
    assert shown(client, "model=m")[2:] == ("2026-03-01", "3.000000")


def test_own_prices_win(client: TestClient, backend: Backend) -> None:
    add(backend, price(input="1"), price(since="2026-06-01", source="book", input="2"))

    assert shown(client, "model=m") == ("m", "manual", "2026-01-01", "1.000000")


def test_the_default_prefers_its_source(client: TestClient, backend: Backend) -> None:
    add(
        backend,
        price(DEFAULT, since="2026-06-01", source="genai-prices", input="2"),
        price(DEFAULT, since="2026-02-01", source="openrouter", input="1"),
    )

    assert shown(client) == (DEFAULT, "openrouter", "2026-02-01", "1.000000")
    assert shown(client, f"model={DEFAULT}")[1] == "genai-prices"
    assert shown(client, "to=2026-01-31")[2] == "2025-12-23"


def test_a_model_is_shown_with_the_rates_that_it_is_priced_at(
    client: TestClient, backend: Backend
) -> None:
    add(backend, price("gpt-5", source="book", input="1"), price("other", input="2"))
    alias = Alias("ours", "other", day_number(date(2026, 1, 1)))
    backend.writer.run(lambda connection: set_alias(connection, alias, CHANGE)).result()

    assert shown(client, "model=gpt-5-high") == ("gpt-5", "book", "2026-01-01", "1.000000")
    assert shown(client, "model=ours") == ("other", "manual", "2026-01-01", "2.000000")
    assert shown(client, "model=ours&to=2025-12-31")[0] == DEFAULT


def test_without_any_price_the_built_in_rates_are_shown(client: TestClient) -> None:
    send(client, m="overlap")

    assert told(client, SUMMARY)["pricing"] == told(client, BREAKDOWN)["pricing"] == BUILT_IN


@pytest.mark.parametrize(
    ("modes", "expected"),
    [
        ({}, "overlap"),
        ({"m": "overlap"}, "overlap"),
        ({"m": "add"}, "add"),
        ({"m": "add", "n": "add"}, "add"),
        ({"m": "add", "n": "overlap"}, "mixed"),
    ],
)
def test_the_mode_is_that_of_what_was_used(
    client: TestClient, modes: dict[str, str], expected: str
) -> None:
    send(client, **modes)

    assert told(client, SUMMARY)["pricing"]["pricing_mode"] == expected
    assert told(client, DAILY)["summary"]["pricing"]["pricing_mode"] == expected
    assert told(client, BREAKDOWN)["pricing"]["pricing_mode"] == expected
    assert told(client, SUMMARY, "model=m")["pricing"]["pricing_mode"] == modes.get("m", "overlap")
    assert told(client, SUMMARY, "to=2026-11-20")["pricing"]["pricing_mode"] == "overlap"


class TestOtherSettings:
    """With another default model and source."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """A default as the environment may spell it."""
        other: dict[str, Any] = {
            "default_pricing_model": " Vendor/M ",
            "default_pricing_source": "litellm",
        }
        return settings.model_copy(update=other)

    def test_the_default_is_a_setting(self, client: TestClient, backend: Backend) -> None:
        add(
            backend,
            price("vendor/m", source="litellm", input="1"),
            price("vendor/m", source="openrouter", input="2"),
        )

        assert shown(client) == ("vendor/m", "litellm", "2026-01-01", "1.000000")

    def test_another_default_is_another_answer(self, client: TestClient, backend: Backend) -> None:
        usual = backend.settings.model_copy(update={"default_pricing_model": DEFAULT})
        before = sent(client, SUMMARY).headers["etag"]

        app = create_backend(replace(backend, settings=usual))
        with TestClient(app, base_url="http://localhost") as other:
            assert sent(other, SUMMARY).headers["etag"] != before
