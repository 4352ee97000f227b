"""Tokens by UTC hour of the day."""

from dataclasses import dataclass
from functools import partial

from sqlalchemy import func, select

from tokentally.days import QUARTERS_A_DAY, DayRange
from tokentally.queries.filters import Filter, matching
from tokentally.store.rollups import USER_QUARTER
from tokentally.store.usage import Snapshot

_QUARTERS_AN_HOUR = 4
_SUMMED = ("input_tokens", "output_tokens")


@dataclass(frozen=True)
class HourTokens:
    """Tokens in one UTC hour (0..23) of all days of the range together."""

    hour: int
    tokens: int


@dataclass(frozen=True)
class HoursTokens:
    """All 24 hours, ascending."""

    hours: list[HourTokens]


def tokens_per_hour(now: Snapshot, days: DayRange, only: Filter) -> HoursTokens:
    """Tokens of each hour of the day, added up over `days`."""
    sums = now.sums(
        USER_QUARTER, days.numbers, by=("quarter",), of=_SUMMED, where=partial(matching, only=only)
    )
    hour = (sums.c.quarter % QUARTERS_A_DAY) // _QUARTERS_AN_HOUR
    totals = (func.sum(sums.c[name]) for name in _SUMMED)
    statement = select(hour, *totals).group_by(hour)
    used = {row[0]: int(row[1]) + int(row[2]) for row in now.connection.execute(statement)}
    return HoursTokens([HourTokens(hour, used.get(hour, 0)) for hour in range(24)])
