"""What one event costs: the formula, fallbacks, tiers and the one rounding."""

from fractions import Fraction
from typing import Any

import pytest
from backend.tests.pricing.priced import USD, call, plain_cost, price
from hypothesis import given
from hypothesis import strategies as st

from tokentally.models.event import UNPRICED, Cost, CostSource
from tokentally.pricing.book import in_force, sets_of
from tokentally.pricing.cost import computed_cost
from tokentally.store.prices import Price

ALL_RATES: dict[str, Any] = {
    "input": "3",
    "output": "15",
    "cached_input": "0.3",
    "cache_write": "3.75",
    "cache_write_1h": "6",
    "reasoning_output": "20",
}


def cost(prices: list[Price], **counts: int) -> int | None:
    event = call(**counts)
    found = in_force(sets_of(prices), event.occurred_at // 86_400_000_000)
    computed = computed_cost(event, found.tiers if found else ())
    return None if computed.source == CostSource.unpriced else computed.nano_usd


def test_every_channel_has_its_own_rate() -> None:
    counts = {
        "input_tokens": 10_000_000,
        "cached_input_tokens": 4_000_000,
        "cache_write_tokens": 3_000_000,
        "cache_write_1h_tokens": 1_000_000,
        "output_tokens": 5_000_000,
        "reasoning_output_tokens": 2_000_000,
    }

    # 3 * 3 + 4 * 0.3 + 2 * 3.75 + 1 * 6 + 3 * 15 + 2 * 20
    assert cost([price(**ALL_RATES)], **counts) == 108_700_000_000


@pytest.mark.parametrize(
    ("lacking", "expected"),
    [
        ("cached_input", 3 * USD + 6 * USD + 15 * USD // 4 * 1 + 20 * USD),
        ("cache_write_1h", 3 * USD // 10 + 15 * USD // 4 * 2 + 20 * USD),
        ("reasoning_output", 3 * USD // 10 + 15 * USD // 4 + 6 * USD + 15 * USD),
        ("cache_write", 3 * USD // 10 + 3 * USD + 6 * USD + 20 * USD),
    ],
)
def test_a_rate_that_is_missing_is_that_of_the_whole(lacking: str, expected: int) -> None:
    rates = {name: usd for name, usd in ALL_RATES.items() if name != lacking}
    counts = {
        "input_tokens": 3_000_000,
        "cached_input_tokens": 1_000_000,
        "cache_write_tokens": 2_000_000,
        "cache_write_1h_tokens": 1_000_000,
        "output_tokens": 1_000_000,
        "reasoning_output_tokens": 1_000_000,
    }

    assert cost([price(**rates)], **counts) == expected


def test_a_missing_one_hour_rate_falls_back_to_input_if_writes_have_none() -> None:
    counts = {"cache_write_tokens": 1_000_000, "cache_write_1h_tokens": 1_000_000}

    assert cost([price(input="3")], **counts) == 3 * USD


@pytest.mark.parametrize(
    ("tokens", "expected"), [(1, 0), (2, 1), (3, 2), (5, 2), (6, 3), (7, 4), (0, 0)]
)
def test_halves_of_a_nano_usd_go_to_the_even_side(tokens: int, expected: int) -> None:
    half = [price(input="0.0005")]  # half a nano-USD a token

    assert cost(half, input_tokens=tokens) == expected


def test_the_sum_is_rounded_not_its_parts() -> None:
    third = [price(input="0.0004", output="0.0004")]

    assert cost(third, input_tokens=1, output_tokens=1) == 1


@pytest.mark.parametrize(
    ("tokens", "usd_a_million"), [(199_999, 1), (200_000, 2), (999_999, 2), (1_000_000, 4)]
)
def test_the_tier_is_that_of_the_events_own_input(tokens: int, usd_a_million: int) -> None:
    tiers = [
        price(input="1"),
        price(input="2", tier=200_000),
        price(input="4", tier=1_000_000),
    ]

    assert cost(tiers, input_tokens=tokens) == tokens * usd_a_million * 1000


def test_two_calls_of_half_the_size_cost_half_where_a_tier_begins_between() -> None:
    tiers = [price(input="1"), price(input="2", tier=200_000)]
    small, large = (cost(tiers, input_tokens=n) for n in (150_000, 300_000))

    assert (small, large) == (150_000_000, 600_000_000)


def test_the_row_of_the_day_counts() -> None:
    dated = [price(since="2026-11-21", input="2"), price(since="2026-11-22", input="3")]
    day = 86_400_000_000
    today = call().occurred_at

    assert cost(dated, occurred_at=today - 1) is None
    assert cost(dated, occurred_at=today) == 2 * USD
    assert cost(dated, occurred_at=today + day - 1) == 2 * USD
    assert cost(dated, occurred_at=today + day) == 3 * USD


def test_without_a_price_an_event_is_unpriced() -> None:
    assert computed_cost(call(), ()) == UNPRICED == Cost(0, 0, None)


def test_a_later_row_that_says_the_same_stands_in_its_place() -> None:
    assert cost([price(input="1")._replace(id=1), price(input="5")._replace(id=2)]) == 5 * USD


def test_a_withdrawn_price_leaves_the_one_before() -> None:
    book = [price(since="2026-01-01"), price(since="2026-02-01", input="9")]
    withdrawn = price(since="2026-02-01", input="9", active=0)

    assert cost([*book, withdrawn]) == 2 * USD
    assert cost([book[1], withdrawn]) is None


def test_a_withdrawn_tier_leaves_the_base() -> None:
    tier = price(tier=10, input="9")

    assert cost([price(), tier]) == 9 * USD
    assert cost([price(), tier, tier._replace(active=0)]) == 2 * USD


_rates = st.integers(0, 10**15)
_counts = st.integers(0, 10**12)


@st.composite
def _prices(draw: st.DrawFn) -> list[Price]:
    days = draw(st.lists(st.integers(20_700, 20_800), min_size=1, max_size=3, unique=True))
    rows = []
    for day in days:
        tiers = {0, *draw(st.lists(st.integers(1, 3 * 10**12), max_size=2))}
        for tier in tiers:
            special: list[Any] = [draw(st.none() | _rates) for _ in range(4)]
            rows.append(Price("m", "manual", day, tier, draw(_rates), draw(_rates), *special))
    return rows


@given(_prices(), st.lists(_counts, min_size=6, max_size=6), st.integers(20_690, 20_810))
def test_any_cost_is_that_of_plain_arithmetic(rows: list[Price], n: list[int], day: int) -> None:
    kept = min(n[3], n[2])
    event = call(
        occurred_at=day * 86_400_000_000 + n[0] % 86_400_000_000,
        input_tokens=n[0] + n[1] + n[2],
        cached_input_tokens=n[1],
        cache_write_tokens=n[2],
        cache_write_1h_tokens=kept,
        output_tokens=n[4] + n[5],
        reasoning_output_tokens=n[5],
    )
    found = in_force(sets_of(rows), day)

    computed = computed_cost(event, found.tiers if found else ())

    expected = plain_cost(event, rows)
    assert computed.source == (0 if expected is None else 1)
    assert computed.nano_usd == (expected or 0)
    assert Fraction(computed.nano_usd).denominator == 1
