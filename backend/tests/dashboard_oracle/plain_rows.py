"""Rows of the answers, each from the events that it adds up."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from backend.tests.dashboard_oracle.clocks import slot
from backend.tests.dashboard_oracle.plain_prices import six_digits
from backend.tests.exactness.oracle import Kept

Json = dict[str, Any]


class Use(NamedTuple):
    """An event of the user; `cost` in nano-USD, None if no price is known."""

    at: datetime
    source: str
    kept: Kept
    cost: int | None


def counts(uses: Iterable[Use]) -> dict[str, str]:
    """The five counts that every row has."""
    kept = [use.kept for use in uses]
    return {
        "total_tokens": str(sum(each.input + each.output for each in kept)),
        "input_tokens": str(sum(each.input for each in kept)),
        "cached_input_tokens": str(sum(each.cached for each in kept)),
        "output_tokens": str(sum(each.output for each in kept)),
        "reasoning_output_tokens": str(sum(each.reasoning for each in kept)),
    }


def costs(uses: list[Use]) -> str:
    return six_digits(Decimal(sum(use.cost or 0 for use in uses)) / 10**9)


def totals(uses: list[Use]) -> Json:
    unpriced = [use.kept for use in uses if use.cost is None]
    return {
        **counts(uses),
        "cache_write_tokens": str(sum(use.kept.write for use in uses)),
        "total_cost_usd": costs(uses),
        "unpriced_tokens": str(sum(each.input + each.output for each in unpriced)),
        "requests": str(len(uses)),
    }


def of_source(name: str, uses: list[Use]) -> Json:
    models: list[Json] = [
        {"model": model, "totals": totals([use for use in uses if use.kept.model == model])}
        for model in {use.kept.model for use in uses}
    ]
    models.sort(key=lambda each: (-int(each["totals"]["total_tokens"]), each["model"]))
    return {"source": name, "totals": totals(uses), "models": models}


def day_row(day: date, uses: list[Use]) -> Json:
    extras = {"total_cost_usd": costs(uses), "requests": str(len(uses))}
    return {"day": day.isoformat(), **counts(uses), **extras}


def last_slot_seen(synced: datetime | None, day: date) -> int:
    """The last slot of the day that a delivery has come in or after; -1 for none of them."""
    if synced is None or synced.date() > day:
        return 47
    return slot(synced) if synced.date() == day else -1


def level(value: int, limits: list[int]) -> int:
    """0 to 4: how many of the limits a day's usage is above, and one more if it has any."""
    return 1 + sum(value > limit for limit in limits) if value else 0


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
