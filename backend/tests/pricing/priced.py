"""Prices, events and what they cost, for tests: costs are worked out a second time here."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from backend.tests.engines.plain import rows
from backend.tests.exactness.handle import Handle
from backend.tests.factories import event

from tokentally.days import day_number
from tokentally.models.event import CostSource, Event
from tokentally.store.prices import MANUAL, Change, Price, add_prices
from tokentally.store.rebuild import days_with_usage
from tokentally.store.verify import differences

CHANGE = Change(0, "ada", "set", "a test", "")
USD = 10**9
"""Nano-USD."""
REPORTED, COMPUTED, UNPRICED = (
    int(CostSource[name]) for name in ("reported", "computed", "unpriced")
)


def price(
    model: str = "m",
    since: str = "2026-01-01",
    *,
    source: str = MANUAL,
    tier: int = 0,
    active: int = 1,
    **usd: Any,
) -> Price:
    """A price in USD per million tokens: 2 for input and 8 for output unless others are given."""
    given = {"input": "2", "output": "8"} | usd
    rates = {f"{name}_rate": int(Decimal(text) * USD) for name, text in given.items()}
    day = day_number(date.fromisoformat(since))
    return Price(model, source, day, tier, **rates, active=active)


def add(handle: Handle, *prices: Price) -> None:
    """Add prices to the book, as a command does."""
    handle.write(lambda connection: add_prices(connection, prices, CHANGE))


def call(**overrides: Any) -> Event:
    """A normalised event: a million tokens in and none out unless others are given."""
    values: dict[str, Any] = {
        "event_id": "e",
        "occurred_at": day_number(date(2026, 11, 21)) * 86_400_000_000,
        "source": "api",
        "model": "m",
        "user": "ada",
        "team": "Kettle",
        "mode": 0,
        "input_tokens": 1_000_000,
        "cached_input_tokens": 0,
        "cache_write_tokens": 0,
        "cache_write_1h_tokens": 0,
        "output_tokens": 0,
        "reasoning_output_tokens": 0,
        "reported_cost": None,
        "success": True,
        "revision": 0,
    }
    return Event(**values | overrides)


def plain_cost(event: Event, prices: Sequence[Price]) -> int | None:
    """Nano-USD by Decimal from the rows of one model, every one of them `manual` and active."""
    day = event.occurred_at // 86_400_000_000
    since = max((p.effective_from for p in prices if p.effective_from <= day), default=None)
    reached = [
        p
        for p in prices
        if p.effective_from == since and p.tier_from_input_tokens <= event.input_tokens
    ]
    if not reached:
        return None
    at = max(reached, key=lambda p: p.tier_from_input_tokens)
    write = at.input_rate if at.cache_write_rate is None else at.cache_write_rate
    parts = [
        (event.cached_input_tokens, at.cached_input_rate, at.input_rate),
        (event.cache_write_tokens - event.cache_write_1h_tokens, write, write),
        (event.cache_write_1h_tokens, at.cache_write_1h_rate, write),
        (event.reasoning_output_tokens, at.reasoning_output_rate, at.output_rate),
    ]
    rest_in = event.input_tokens - event.cached_input_tokens - event.cache_write_tokens
    cost = Decimal(rest_in) * at.input_rate
    cost += Decimal(event.output_tokens - event.reasoning_output_tokens) * at.output_rate
    cost += sum(Decimal(n) * (other if own is None else own) for n, own, other in parts)
    return int((cost / 10**6).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def stored_costs(url: str) -> dict[str, tuple[int, int, bool]]:
    """By event id: nano-USD, the number of the source of the cost, and whether a price is named."""
    found = rows(url, "SELECT event_key, cost_nano_usd, cost_source, price_id FROM token_event")
    return {bytes(key).decode(): (cost, source, p is not None) for key, cost, source, p in found}


def spent(url: str, *tables: str) -> list[tuple[int, int]]:
    """Nano-USD and unpriced tokens, added up over each rollup with what is not folded yet."""
    named = tables or ("user_quarter_usage", "user_daily_usage", "model_daily_usage")
    sums = "coalesce(sum(cost_nano_usd), 0), coalesce(sum(unpriced_tokens), 0)"
    pending = rows(url, f"SELECT {sums} FROM pending_usage")[0]  # noqa: S608
    folded = [rows(url, f"SELECT {sums} FROM {table}")[0] for table in named]  # noqa: S608
    return [(int(cost + pending[0]), int(unpriced + pending[1])) for cost, unpriced in folded]


def assert_verified(handle: Handle) -> None:
    """Every rollup is what its events add up to."""
    with handle.database.readers.connect() as connection:
        days = days_with_usage(connection, range(16_000, 48_000))
        found: Iterable[Any] = [d for day in days for d in differences(connection, day)]
        assert list(found) == []


def sent(event_id: str = "e", **overrides: object) -> dict[str, object]:
    """An event as sent, of the model `m` with a million tokens in."""
    tokens = {"input_tokens": 1_000_000, "output_tokens": 0}
    return event(
        event_id=event_id, **{"occurred_at": at("2026-11-21"), "model": "m", **tokens, **overrides}
    )


def at(day: str) -> str:
    """A moment of a day."""
    return f"{day}T10:15:00+00:00"
