"""Prices and what an event costs by them, worked out with `Decimal`."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, NamedTuple

from backend.tests.exactness.oracle import Kept

Json = dict[str, Any]

OWN = "manual"
DEFAULT_MODEL, DEFAULT_SOURCE = "gpt-5.2-codex", "openrouter"


class Rates(NamedTuple):
    """One row of the book: USD per million tokens."""

    model: str
    source: str
    since: date
    input: Decimal
    output: Decimal
    cached_input: Decimal | None = None
    cache_write: Decimal | None = None
    cache_write_1h: Decimal | None = None
    reasoning_output: Decimal | None = None
    tier: int = 0


BUILT_IN = Rates(
    DEFAULT_MODEL,
    DEFAULT_SOURCE,
    date(2025, 12, 23),
    Decimal("1.75"),
    Decimal(14),
    cached_input=Decimal("0.175"),
    reasoning_output=Decimal(14),
)


def in_force(book: Sequence[Rates], model: str, day: date) -> list[Rates]:
    """The newest dated rows of a model, base and tiers; own ones before all others."""
    known = [row for row in book if row.model == model and row.since <= day]
    known = [row for row in known if row.source == OWN] or known
    newest = max((row.since for row in known), default=None)
    return [row for row in known if row.since == newest]


def cost(book: Sequence[Rates], event: Kept, day: date) -> int | None:
    """Nano-USD of an event of a UTC day: as reported, else by the book, else unknown."""
    if event.cost is not None:
        return event.cost
    rows = [row for row in in_force(book, event.model, day) if row.tier <= event.input]
    if not rows:
        return None
    at = max(rows, key=lambda row: row.tier)
    write = at.input if at.cache_write is None else at.cache_write
    usd_of_millions = (
        (event.input - event.cached - event.write) * at.input
        + event.cached * (at.input if at.cached_input is None else at.cached_input)
        + (event.write - event.write_1h) * write
        + event.write_1h * (write if at.cache_write_1h is None else at.cache_write_1h)
        + (event.output - event.reasoning) * at.output
        + event.reasoning * (at.output if at.reasoning_output is None else at.reasoning_output)
    )
    return int((usd_of_millions * 1000).quantize(Decimal(1), ROUND_HALF_EVEN))


def profile(book: Sequence[Rates], model: str | None, day: date) -> Rates:
    """Whose rates are shown: the model's, else the default model's, else the built-in ones."""
    default = [row for row in book if row.model == DEFAULT_MODEL]
    default = [row for row in default if row.source == DEFAULT_SOURCE] or default
    named = in_force(book, model, day) if model else []
    rows = named or in_force(default, DEFAULT_MODEL, day) or [BUILT_IN]
    return min(rows, key=lambda row: row.tier)


def pricing_block(at: Rates, mode: str) -> Json:
    """Rates as they are told; a rate that is missing is the next wider one."""
    shown = {
        "input": at.input,
        "cached_input": at.input if at.cached_input is None else at.cached_input,
        "output": at.output,
        "reasoning_output": at.output if at.reasoning_output is None else at.reasoning_output,
    }
    return {
        "model": at.model,
        "pricing_mode": mode,
        "source": at.source,
        "effective_from": at.since.isoformat(),
        "rates_per_million_usd": {name: six_digits(usd) for name, usd in shown.items()},
    }


def six_digits(usd: Decimal) -> str:
    """Money as it is printed: six decimals, half to even."""
    return str(usd.quantize(Decimal("0.000001"), ROUND_HALF_EVEN))
