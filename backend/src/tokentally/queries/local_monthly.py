"""What a user used in each local month, up to a day."""

from dataclasses import dataclass

from tokentally.queries.local_range import LocalRange, range_of
from tokentally.queries.local_totals import COUNTED, Tokens, tokens
from tokentally.queries.local_usage import NOTHING, LocalUsage, local_sums
from tokentally.store.usage import Snapshot


@dataclass(frozen=True)
class _OfMonth:
    month: str


@dataclass(frozen=True)
class MonthTokens(Tokens, _OfMonth):
    """A local month, `YYYY-MM`."""


class LocalMonthly(LocalRange):
    """What `usage-monthly` answers: every month, ascending; the last one ends with the range."""

    months: int
    data: list[MonthTokens]


def local_monthly(now: Snapshot, own: LocalUsage) -> LocalMonthly:
    """Every month of the range, which begins with one; those without usage too."""
    firsts = [day for day in own.days.days if day.day == 1]
    used = local_sums(now, own, by=("period",), of=COUNTED, bounds=own.days.bounds(firsts))
    rows = [
        MonthTokens(month=f"{first:%Y-%m}", **tokens(used.get((index,), NOTHING)))
        for index, first in enumerate(firsts)
    ]
    return {**range_of(own), "months": len(rows), "data": rows}
