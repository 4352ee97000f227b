"""The UTC days that a leaderboard is about."""

from calendar import monthrange
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, select, union_all

from tokentally.days import ALL_DAYS, DayRange, date_of
from tokentally.store.rollups import PEOPLE_DAILY, USER_DAILY, Rollup
from tokentally.store.usage import Snapshot


class Period(StrEnum):
    """Today; the week (from Sunday) or month that it lies in; everything up to it."""

    day = "day"
    week = "week"
    month = "month"
    total = "total"


def window(now: Snapshot, period: Period, today: date) -> DayRange:
    """The days of a period. `total` begins on the first day on which anybody used a token."""
    match period:
        case Period.day:
            return DayRange(today, today)
        case Period.week:
            sunday = today - timedelta(days=today.isoweekday() % 7)
            return DayRange(sunday, sunday + timedelta(days=6))
        case Period.month:
            _, length = monthrange(today.year, today.month)
            return DayRange(today.replace(day=1), today.replace(day=length))
        case Period.total:
            return DayRange(min(_first_day(now) or today, today), today)


def by_day(now: Snapshot) -> Rollup:
    """The rollup of people in which days are found without a search: it is kept by day first."""
    return PEOPLE_DAILY if USER_DAILY.name in now.building else USER_DAILY


def _first_day(now: Snapshot) -> date | None:
    """The first day whose sums hold a token.

    A row with tokens may be undone by one that is pending, so a day that has such rows is added up
    before it counts.
    """
    rollup = by_day(now)
    days = ALL_DAYS
    while (day := now.connection.execute(_earliest(now, rollup, days)).scalar()) is not None:
        if _has_tokens(now, rollup, day):
            return date_of(day)
        days = range(day + 1, ALL_DAYS.stop)
    return None


def _earliest(now: Snapshot, rollup: Rollup, days: range) -> Select[Any]:
    """The first of `days` that has a row with tokens."""
    firsts = []
    for part in now.parts(rollup, days):
        rows = part.subquery()
        some = select(rows.c.day).where((rows.c.input_tokens > 0) | (rows.c.output_tokens > 0))
        firsts.append(select(some.order_by(rows.c.day).limit(1).subquery()))
    return select(func.min(union_all(*firsts).subquery().c.day))


def _has_tokens(now: Snapshot, rollup: Rollup, day: int) -> bool:
    of = ("input_tokens", "output_tokens")
    sums = now.sums(rollup, range(day, day + 1), by=("day",), of=of)
    row = now.connection.execute(select(*(sums.c[name] for name in of))).first()
    return row is not None and any(int(n) > 0 for n in row)
