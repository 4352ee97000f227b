"""What a user used on each local day of a range."""

from dataclasses import dataclass

from tokentally.pricing.money import usd
from tokentally.pricing.profile import DefaultProfile
from tokentally.queries.local_pricing import Pricing, pricing
from tokentally.queries.local_range import LocalRange, range_of
from tokentally.queries.local_totals import Tokens, Totals, tokens, totals
from tokentally.queries.local_usage import NOTHING, LocalUsage, added, local_sums
from tokentally.store.usage import Snapshot


@dataclass(frozen=True)
class _OfDay:
    day: str


@dataclass(frozen=True)
class DayTotals(Tokens, _OfDay):
    """A local day. Costs of days add up to the total before they are rounded."""

    total_cost_usd: str
    requests: str


@dataclass(frozen=True)
class LocalTotals:
    """The totals of a range, and the rates that go with them."""

    totals: Totals
    pricing: Pricing


class LocalDaily(LocalRange):
    """What `usage-daily` answers: every day, ascending, and the summary of them all."""

    data: list[DayTotals]
    summary: LocalTotals


def local_daily(now: Snapshot, own: LocalUsage, default: DefaultProfile) -> LocalDaily:
    """Every day of the range, those without usage too."""
    used = local_sums(now, own, by=("period",), bounds=own.days.bounds(own.days.days))
    rows = []
    for index, day in enumerate(own.days.days):
        on_day = used.get((index,), NOTHING)
        row = DayTotals(
            day=day.isoformat(),
            **tokens(on_day),
            total_cost_usd=usd(on_day.cost_nano_usd),
            requests=str(on_day.requests),
        )
        rows.append(row)
    kinds = local_sums(now, own, by=("model", "mode"), of=("requests",))
    summary = LocalTotals(totals(added(used.values())), pricing(now, own, kinds.keys(), default))
    return {**range_of(own), "data": rows, "summary": summary}
