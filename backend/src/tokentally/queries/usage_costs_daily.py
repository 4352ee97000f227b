"""What a user used on each day of a range."""

from dataclasses import dataclass
from typing import Any

from tokentally.days import date_of
from tokentally.pricing.money import rounded_usd
from tokentally.queries.usage_costs_own import Number, Own, Range, own_sums, range_of
from tokentally.queries.usage_costs_summary import Summary, summary
from tokentally.store.usage import Snapshot

_SUMMED = ("input_tokens", "output_tokens", "cost_nano_usd", "requests")


@dataclass(frozen=True)
class UsageDay:
    """A UTC day; cost in USD with 6 decimals."""

    date: str
    input_tokens: int
    output_tokens: int
    total_tokens: int
    total_cost: Number
    requests: int


@dataclass(frozen=True)
class UsageDays:
    """What `/api/usage/costs/daily` answers: every day, ascending."""

    items: list[UsageDay]
    summary: Summary
    range: Range


def usage_days(now: Snapshot, own: Own) -> UsageDays:
    """Every day of the range, those without usage too."""
    used = {row.day: _sums(row) for row in own_sums(now, own, by=("day",), of=_SUMMED)}
    items = [_day(number, *used.get(number, (0, 0, 0, 0))) for number in own.days.numbers]
    return UsageDays(items, summary(now, own), range_of(own))


def _sums(row: Any) -> tuple[int, ...]:
    return tuple(int(getattr(row, name)) for name in _SUMMED)


def _day(number: int, input_: int, output: int, cost: int, requests: int) -> UsageDay:
    return UsageDay(
        date=date_of(number).isoformat(),
        input_tokens=input_,
        output_tokens=output,
        total_tokens=input_ + output,
        total_cost=rounded_usd(cost),
        requests=requests,
    )
