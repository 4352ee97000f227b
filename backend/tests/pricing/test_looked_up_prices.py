"""Prices that nobody set: looked up once under whole or shorter names, and kept."""

import pytest
from backend.tests.engines.plain import rows
from backend.tests.exactness.handle import Handle
from backend.tests.pricing.priced import (
    COMPUTED,
    UNPRICED,
    USD,
    add,
    price,
    sent,
    stored_costs,
)
from sqlalchemy import Connection

from tokentally.store.prices import all_changes, prices_of

pytestmark = pytest.mark.every_engine


def test_what_is_looked_up_is_kept_once_under_the_name_of_the_event(
    handle: Handle, database_url: str
) -> None:
    for name in ("a", "b"):
        handle.send([sent(name, model="known[1m]"), sent(name * 2, model="known[1m]")])

    kept = handle.read(lambda connection: prices_of(connection, "known[1m]"))
    assert [(each.source, each.input_rate) for each in kept] == [("genai-prices", USD)]
    assert [change[1:] for change in handle.read(all_changes)] == [
        ("tokentally", "look up", "the first event of its model", "known[1m]: x")
    ]
    assert set(stored_costs(database_url).values()) == {(USD, COMPUTED, True)}


def test_a_price_of_the_exact_name_goes_before_one_of_a_shorter_name(
    handle: Handle, database_url: str
) -> None:
    add(handle, price("known", input="5"), price("shorter", input="6"))

    handle.send([sent(model="known-2025-04-14"), sent("s", model="shorter-2025-04-14")])

    assert stored_costs(database_url) == {
        "e": (1 * USD, COMPUTED, True),
        "s": (6 * USD, COMPUTED, True),
    }


def test_a_name_whose_prices_were_withdrawn_is_shortened_like_one_that_has_none(
    handle: Handle, database_url: str
) -> None:
    name = "shorter-2025-04-14"
    add(handle, price("shorter", input="6"), price(name), price(name, active=0))

    handle.send([sent(model=name)])

    assert stored_costs(database_url) == {"e": (6 * USD, COMPUTED, True)}


def test_a_looked_up_price_that_was_withdrawn_is_not_looked_up_again(
    handle: Handle, database_url: str
) -> None:
    handle.send([sent("before", model="known")])
    add(handle, price("known", "2015-01-01", source="genai-prices", active=0))

    handle.send([sent(model="known")])

    assert stored_costs(database_url)["e"] == (0, UNPRICED, False)


def test_a_lookup_that_is_undone_is_made_again(handle: Handle, database_url: str) -> None:
    def fail(_connection: Connection) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        handle.send([sent(model="known")], also=fail)
    handle.send([sent(model="known")])

    [(stored,)] = rows(database_url, "SELECT price_id FROM token_event")
    assert rows(database_url, "SELECT id FROM price") == [(stored,)]


def test_a_shorter_name_is_asked_for_days_on_which_the_exact_one_has_no_price(
    handle: Handle, database_url: str
) -> None:
    add(
        handle,
        price("own-model", "2015-01-01", source="litellm", input="1", output="4"),
        price("own-model-2025-04-14", "2026-06-01", source="litellm", input="2", output="4"),
    )
    long = {"model": "own-model-2025-04-14", "input_tokens": 1_000_000, "output_tokens": 0}

    handle.send(
        [
            sent("before", **long, occurred_at="2026-05-31T10:00:00Z"),
            sent("since", **long, occurred_at="2026-06-01T10:00:00Z"),
        ]
    )

    costs = stored_costs(database_url)
    assert {name: cost for name, (cost, _, _) in costs.items()} == {
        "before": 1 * USD,
        "since": 2 * USD,
    }
