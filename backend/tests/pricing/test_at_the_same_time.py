"""Prices that change, and models that are looked up, while deliveries are under way."""

from threading import Event as Signal
from threading import Thread

import pytest
from backend.tests.engines.plain import rows
from backend.tests.exactness.handle import Handle
from backend.tests.factories import SettableClock, event
from backend.tests.pricing.priced import USD, add, assert_verified, price, stored_costs
from backend.tests.pricing.repricing import reprice
from sqlalchemy import Connection

from tokentally.pricing.book import Found

pytestmark = pytest.mark.every_engine

MODELS = [f"model-{number}" for number in range(20)]


def look_up(model: str) -> Found | None:
    prices = [price(model, "2015-01-01", source="genai-prices", input="1")]
    return Found(prices, "x") if model in MODELS else None


def sent(event_id: str, model: str = "m") -> dict[str, object]:
    at = "2026-11-21T10:15:00+00:00"
    tokens = {"input_tokens": 1_000_000, "output_tokens": 0}
    return event(event_id=event_id, occurred_at=at, model=model, **tokens)


def test_writers_that_meet_the_same_new_models_add_their_prices_once(database_url: str) -> None:
    def deliver(number: int) -> None:
        handle = Handle(database_url, SettableClock(), look_up)
        order = MODELS if number % 2 else MODELS[::-1]
        for model in order:
            handle.send([sent(f"{number}-{model}", model)])
        handle.close()

    writers = [Thread(target=deliver, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert rows(database_url, "SELECT count(*), count(DISTINCT model) FROM price") == [(20, 20)]
    assert set(stored_costs(database_url).values()) == {(USD, 1, True)}
    assert len(stored_costs(database_url)) == 80


def test_a_new_price_waits_for_deliveries_under_way_so_that_repricing_meets_them(
    database_url: str,
) -> None:
    slow, other = (Handle(database_url, SettableClock()) for _ in range(2))
    priced, go_on = Signal(), Signal()

    def wait(_connection: Connection) -> None:
        priced.set()
        go_on.wait(10)

    delivery = Thread(target=slow.send, args=([sent("before")],), kwargs={"also": wait})
    delivery.start()
    priced.wait(10)
    change = Thread(target=add, args=(other, price()))
    change.start()
    change.join(0.3)
    waited = change.is_alive()
    go_on.set()
    change.join()

    before = stored_costs(database_url)
    delivery.join()
    reprice(other)
    slow.send([sent("after")])

    assert waited
    assert before == {"before": (0, 0, False)}
    assert stored_costs(database_url) == dict.fromkeys(("before", "after"), (2 * USD, 1, True))
    assert_verified(other)
    slow.close()
    other.close()
