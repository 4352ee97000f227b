"""A user's tokens and cost by period and model: the top models of each chart, and the rest."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tokentally.days import date_of
from tokentally.pricing.money import rounded_usd
from tokentally.queries.usage_costs_own import Number, Own, Range, own_sums, range_of, rounded
from tokentally.queries.usage_costs_periods import Granularity, periods
from tokentally.store.usage import Snapshot

_SUMMED = ("input_tokens", "output_tokens", "cost_nano_usd")

Amount = int | Number
Amounts = dict[date, Counter[str]]
"""Tokens or nano-USD by period (its first day), then model."""


@dataclass(frozen=True)
class ChartDay:
    """A period by its first day. `total` is the sum of `segments` and `others` as they stand here:
    costs (USD, 6 decimals) are rounded half-even before they are added.
    """

    date: str
    segments: dict[str, Amount]
    others: Amount
    total: Amount


@dataclass(frozen=True)
class Spread:
    """The least, greatest and average amount of a period, those without any included."""

    min: Amount
    max: Amount
    avg: Number


@dataclass(frozen=True)
class Chart:
    """The models with most in the range, most first, and every period."""

    models: list[str]
    days: list[ChartDay]


@dataclass(frozen=True)
class ChartWithStats(Chart):
    """A chart with the spread of each of its models."""

    stats: dict[str, Spread]


@dataclass(frozen=True)
class Charts:
    """Each with top models of its own."""

    tokens: Chart | ChartWithStats
    cost: Chart | ChartWithStats


@dataclass(frozen=True)
class UsageCharts:
    """What `/api/usage/costs/models/daily` answers."""

    range: Range
    charts: Charts


@dataclass(frozen=True)
class Drawn:
    """How charts are to be drawn: how many models at most, which periods, with `stats` or not."""

    top_models: int
    granularity: Granularity
    stats: bool


def usage_charts(now: Snapshot, own: Own, drawn: Drawn) -> UsageCharts:
    """Tokens and cost of each period, by model."""
    period_of = periods(own.days, drawn.granularity)
    tokens: Amounts = {period: Counter() for period in period_of.values()}
    costs: Amounts = {period: Counter() for period in period_of.values()}
    for row in own_sums(now, own, by=("day", "model"), of=_SUMMED):
        period = period_of[date_of(row.day)]
        tokens[period][row.model] += int(row.input_tokens) + int(row.output_tokens)
        costs[period][row.model] += int(row.cost_nano_usd)
    charts = Charts(
        _chart(tokens, drawn, shown=int, average=rounded),
        _chart(costs, drawn, shown=rounded_usd, average=rounded_usd),
    )
    return UsageCharts(range_of(own), charts)


def _chart(
    amounts: Amounts,
    drawn: Drawn,
    *,
    shown: Callable[[int], Amount],
    average: Callable[[Decimal], Decimal],
) -> Chart:
    totals = _added(amounts.values())
    used = sorted((model for model in totals if totals[model]), key=lambda m: (-totals[m], m))
    top = used[: drawn.top_models]
    days = [_day(period, amounts[period], top, shown) for period in amounts]
    if not drawn.stats:
        return Chart(top, days)
    stats = {}
    for model in top:
        each = [shown(amounts[period][model]) for period in amounts]
        stats[model] = Spread(min(each), max(each), average(Decimal(totals[model]) / len(each)))
    return ChartWithStats(top, days, stats)


def _added(parts: Iterable[Counter[str]]) -> Counter[str]:
    totals = Counter[str]()
    for part in parts:
        totals.update(part)
    return totals


def _day(
    period: date, amounts: Counter[str], top: list[str], shown: Callable[[int], Amount]
) -> ChartDay:
    segments = {model: shown(amounts[model]) for model in top if amounts[model]}
    others = shown(sum(amounts[model] for model in amounts.keys() - top))
    return ChartDay(period.isoformat(), segments, others, sum(segments.values(), others))
