"""Pricing stored events anew: what changes, what doesn't, and what an interruption leaves."""

import pytest
from backend.tests.engines.plain import change, rows
from backend.tests.exactness.handle import Handle
from backend.tests.factories import NOW
from backend.tests.pricing.priced import USD, add, assert_verified, price, spent, stored_costs
from backend.tests.pricing.repricing import TUESDAY, preview, reprice, sent

from tokentally.clock import microseconds
from tokentally.store.fold import fold
from tokentally.store.reprice import Repriced
from tokentally.store.sealed import seal_day

pytestmark = pytest.mark.every_engine

UNPRICED = (0, 0, False)


def fill(handle: Handle) -> None:
    """Events of two days and models: folded, pending, reported, without tokens."""
    handle.send([sent("a"), sent("b", TUESDAY, user="grace"), sent("r", cost_usd="5")])
    handle.change_rollups(fold)
    handle.send([sent("c"), sent("n", model="n", team="Kettle"), sent("z", input_tokens=0)])


def version(url: str) -> int:
    return int(rows(url, "SELECT version FROM data_version")[0][0])


def test_events_get_the_prices_of_now_and_reported_ones_stay(
    handle: Handle, database_url: str
) -> None:
    fill(handle)
    add(handle, price(), price(since="2026-11-17", input="3"))
    before = version(database_url)

    repriced = [each for outcome in reprice(handle) for each in outcome.repriced]

    assert stored_costs(database_url) == {
        "a": (2 * USD, 1, True),
        "b": (3 * USD, 1, True),
        "c": (2 * USD, 1, True),
        "n": UNPRICED,
        "r": (5 * USD, 2, False),
        "z": (0, 1, True),
    }
    assert spent(database_url) == [(12 * USD, 1_000_000)] * 3
    monday, tuesday = microseconds(NOW) - 5 * DAY - 6_300_000_000, microseconds(NOW) - 4 * DAY
    assert sorted(repriced) == [
        Repriced("m", monday, None, 0),
        Repriced("m", monday, None, 2 * USD),
        Repriced("m", monday, None, 2 * USD),
        Repriced("m", tuesday - 6_300_000_000, None, 3 * USD),
    ]
    assert version(database_url) > before
    assert_verified(handle)
    handle.change_rollups(fold)
    assert spent(database_url) == [(12 * USD, 1_000_000)] * 3
    assert_verified(handle)


def test_repricing_to_the_same_prices_changes_nothing(handle: Handle, database_url: str) -> None:
    add(handle, price())
    fill(handle)
    before = version(database_url), rows(database_url, "SELECT * FROM pending_usage")

    assert reprice(handle) == []

    assert before == (version(database_url), rows(database_url, "SELECT * FROM pending_usage"))


def test_a_price_that_is_gone_leaves_events_unpriced(handle: Handle, database_url: str) -> None:
    add(handle, price())
    fill(handle)
    add(handle, price(active=0))

    reprice(handle)

    assert stored_costs(database_url)["a"] == UNPRICED
    assert spent(database_url) == [(5 * USD, 4_000_000)] * 3
    assert_verified(handle)


def test_one_model_is_repriced_alone(handle: Handle, database_url: str) -> None:
    fill(handle)
    add(handle, price(), price("n"))

    reprice(handle, "n")

    costs = stored_costs(database_url)
    assert (costs["n"], costs["a"]) == ((2 * USD, 1, True), UNPRICED)
    assert_verified(handle)


def test_a_preview_says_the_same_and_changes_nothing(handle: Handle, database_url: str) -> None:
    fill(handle)
    add(handle, price())
    before = version(database_url), stored_costs(database_url)

    told = [each for outcome in preview(handle) for each in outcome.repriced]

    assert (version(database_url), stored_costs(database_url)) == before
    assert sorted(told) == sorted(each for o in reprice(handle) for each in o.repriced)


def test_sealed_days_stay_as_they_are(handle: Handle, database_url: str) -> None:
    fill(handle)
    handle.change_rollups(fold)
    tuesday = microseconds(NOW) // DAY - 4
    handle.write(lambda connection: seal_day(connection, tuesday, sealed_at=0))
    add(handle, price())

    reprice(handle)

    costs = stored_costs(database_url)
    assert (costs["a"], costs["b"]) == ((2 * USD, 1, True), UNPRICED)
    assert_verified(handle)


def test_an_event_whose_new_cost_can_not_be_meant_stays(handle: Handle, database_url: str) -> None:
    handle.send([sent("large", input_tokens=10**12), sent("small")])
    add(handle, price())

    [outcome] = reprice(handle)

    assert (len(outcome.repriced), outcome.refused) == (1, 1)
    assert stored_costs(database_url) == {"large": UNPRICED, "small": (2 * USD, 1, True)}
    assert_verified(handle)


def test_an_event_whose_bucket_has_no_room_for_its_cost_stays(
    handle: Handle, database_url: str
) -> None:
    handle.send([sent("a"), sent("b", team="Kettle")])
    handle.change_rollups(fold)
    for table in ("user_quarter_usage", "user_daily_usage", "model_daily_usage"):
        small = f"UPDATE {table} SET cost_nano_usd = {2**62}"  # noqa: S608
        kettle = "WHERE team_id = (SELECT id FROM team WHERE name = 'Kettle')"
        change(database_url, f"{small} {kettle}")
    change(database_url, f"UPDATE large_usage SET total = {2**62}")  # noqa: S608
    add(handle, price())

    [outcome] = reprice(handle)

    assert (len(outcome.repriced), outcome.refused) == (1, 1)
    assert stored_costs(database_url) == {"a": (2 * USD, 1, True), "b": UNPRICED}


DAY = 86_400_000_000
