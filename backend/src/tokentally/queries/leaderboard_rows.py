"""The rows of usage that a leaderboard adds up."""

from typing import Any

from sqlalchemy import Select, select

from tokentally.days import ALL_DAYS
from tokentally.models.core import SUMS
from tokentally.queries.leaderboard_window import Period, by_day
from tokentally.store.rollups import (
    PEOPLE_DAILY,
    PEOPLE_TOTAL,
    rows_of_pending,
    rows_of_rollup,
)
from tokentally.store.usage import Snapshot


def rows_of_board(now: Snapshot, period: Period, days: range) -> list[Select[Any]]:
    """What people used in the `days` of a period, by user and team.

    All time is read from the totals, less the days outside: those after today, and those with costs
    before the first tokens. There are hardly ever any.
    """
    if period is not Period.total or PEOPLE_TOTAL.name in now.building:
        return now.parts(PEOPLE_DAILY, days)
    outside = range(ALL_DAYS.start, days.start), range(days.stop, ALL_DAYS.stop)
    return [
        rows_of_rollup(PEOPLE_TOTAL),
        *(_taken_away(rows_of_rollup(by_day(now), part)) for part in outside),
        rows_of_pending(PEOPLE_TOTAL, days),
    ]


def _taken_away(rows: Select[Any]) -> Select[Any]:
    part = rows.subquery()
    keys = [part.c[name] for name in PEOPLE_TOTAL.keys]
    return select(*keys, *((-part.c[name]).label(name) for name in SUMS))
