"""Costs of random events under random prices: parts add up, and no order matters."""

from typing import Any

import pytest
from backend.tests.engines.engine import Engine
from backend.tests.engines.plain import rows
from backend.tests.exactness.handle import Handle
from backend.tests.factories import SettableClock
from backend.tests.pricing.priced import add, assert_verified, call, plain_cost, price, spent
from backend.tests.pricing.repricing import reprice
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tokentally.days import date_of
from tokentally.store.fold import fold
from tokentally.store.prices import Price

pytestmark = pytest.mark.every_engine

FIRST = 20_776
"""2026-11-19."""
DAYS = range(FIRST, FIRST + 3)
MODELS, SOURCES, USERS = ("m", "n", "nobody-knows"), ("api", "codex"), ("ada", "grace")

_counts = st.integers(0, 300_000)


@st.composite
def events(draw: st.DrawFn, event_id: str) -> dict[str, Any]:
    """An event as sent."""
    day, read, write, rest = draw(st.sampled_from(DAYS)), *(draw(_counts) for _ in range(3))
    output = draw(_counts)
    return {
        "event_id": event_id,
        "occurred_at": f"{date_of(day)}T{draw(st.integers(0, 23)):02}:59:59.999999+00:00",
        "model": draw(st.sampled_from(MODELS)),
        "source": draw(st.sampled_from(SOURCES)),
        "user": draw(st.sampled_from(USERS)),
        "team": "Kettle",
        "input_tokens": read + write + rest,
        "cached_input_tokens": read,
        "cache_write_tokens": write,
        "cache_write_1h_tokens": draw(st.integers(0, write)),
        "output_tokens": output,
        "reasoning_output_tokens": draw(st.integers(0, output)),
    }


@st.composite
def books(draw: st.DrawFn) -> list[Price]:
    """Prices of two models, dated, with tiers and odd rates."""
    usd = st.integers(0, 10**8).map(lambda n: f"{n / 10**6:.6f}")
    prices = []
    for model in MODELS[:2]:
        for day in sorted(draw(st.sets(st.sampled_from([FIRST - 9, FIRST + 1, FIRST + 2])))):
            for tier in sorted({0, *draw(st.sets(st.sampled_from([1, 100_000, 400_000])))}):
                some = draw(st.sets(st.sampled_from(["cached_input", "cache_write_1h"])))
                rates: dict[str, Any] = {
                    name: draw(usd) for name in ("input", "output", *sorted(some))
                }
                prices.append(price(model, date_of(day).isoformat(), tier=tier, **rates))
    return prices


batches = st.integers(1, 12).flatmap(
    lambda n: st.tuples(*(events(f"e{number}") for number in range(n)))
)


def expected(sent: dict[str, Any], prices: list[Price]) -> int | None:
    """Nano-USD of an event by plain arithmetic."""
    counts = {name: value for name, value in sent.items() if name.endswith("_tokens")}
    day = next(day for day in DAYS if sent["occurred_at"].startswith(date_of(day).isoformat()))
    own = [row for row in prices if row.model == sent["model"]]
    return plain_cost(call(occurred_at=day * 86_400_000_000, **counts), own)


def test_every_part_costs_what_its_events_cost(engine: Engine) -> None:
    empty = engine.fresh()

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(batches, books(), st.randoms(use_true_random=False), st.booleans())
    def holds(
        batch: tuple[dict[str, Any], ...], prices: list[Price], chance: Any, late: bool
    ) -> None:
        url = engine.copy(empty)
        handle = Handle(url, SettableClock())
        if not late:
            add(handle, *prices)
        shuffled = [*batch, chance.choice(batch)]
        chance.shuffle(shuffled)
        half = chance.randrange(len(shuffled) + 1)
        for part in (shuffled[:half], shuffled[half:]):
            handle.send(part)
            if chance.random() < 0.5:
                handle.change_rollups(fold)
        if late:
            add(handle, *prices)
            reprice(handle, limit=3)

        costs = {sent["event_id"]: expected(sent, prices) for sent in batch}
        total = sum(cost or 0 for cost in costs.values())
        unpriced = sum(
            sent["input_tokens"] + sent["output_tokens"]
            for sent in batch
            if costs[sent["event_id"]] is None
        )
        assert spent(url) == [(total, unpriced)] * 3
        handle.change_rollups(fold)
        for field in ("model", "source", "user"):
            assert parts_of(url, field) == by(batch, costs, field)
        assert sum_of_days(url) == total
        assert_verified(handle)
        assert reprice(handle) == []
        handle.close()
        engine.drop(url)

    holds()
    engine.drop(empty)


def by(batch: Any, costs: dict[str, int | None], field: str) -> dict[str, int]:
    parts = {sent[field]: 0 for sent in batch}
    for sent in batch:
        parts[sent[field]] += costs[sent["event_id"]] or 0
    return parts


def parts_of(url: str, field: str) -> dict[str, int]:
    """Nano-USD by a name, over the finest rollup; everything must be folded."""
    table = {"model": "model", "source": "source", "user": "app_user"}[field]
    found = rows(
        url,
        f"SELECT n.name, sum(u.cost_nano_usd) FROM user_quarter_usage u "  # noqa: S608
        f"JOIN {table} n ON n.id = u.{field}_id GROUP BY n.name",
    )
    return {name: int(cost) for name, cost in found}


def sum_of_days(url: str) -> int:
    """Nano-USD of all days, one by one."""
    days = (f"FROM model_daily_usage WHERE day = {day}" for day in DAYS)
    return sum(
        int(rows(url, f"SELECT coalesce(sum(cost_nano_usd), 0) {day}")[0][0]) for day in days
    )
