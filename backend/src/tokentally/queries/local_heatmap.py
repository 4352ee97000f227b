"""How much a user used on each local day of some weeks, as a grid of levels."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile
from typing import Literal

from tokentally.days import DayRange
from tokentally.queries.local_range import LocalRange, range_of
from tokentally.queries.local_usage import NOTHING, LocalUsage, local_sums
from tokentally.store.usage import Snapshot

DAYS_A_WEEK = 7
_QUANTILES = ((1, 2), (3, 4), (9, 10))

WeekStart = Literal["sun", "mon"]


@dataclass(frozen=True)
class HeatmapCell:
    """A local day and its tokens. Level 0 is none; 1 to 4 tell how it stands among the others."""

    day: str
    value: str
    level: int


@dataclass(frozen=True)
class Thresholds:
    """The most tokens of a day on levels 1, 2 and 3."""

    t1: str
    t2: str
    t3: str


class LocalHeatmap(LocalRange):
    """What `usage-heatmap` answers. A week is 7 cells; null for days after the last.

    `streak_days` counts the days with usage without a gap that end with the last day.
    """

    week_starts_on: WeekStart
    thresholds: Thresholds
    active_days: int
    streak_days: int
    weeks: list[list[HeatmapCell | None]]


def weeks_until(last: date, weeks: int, week_starts_on: WeekStart) -> DayRange:
    """So many weeks, of which the last one holds `last` and ends with it."""
    into_week = (last.weekday() + (week_starts_on == "sun")) % DAYS_A_WEEK
    return DayRange(last - timedelta(days=into_week + DAYS_A_WEEK * (weeks - 1)), last)


def local_heatmap(now: Snapshot, own: LocalUsage, week_starts_on: WeekStart) -> LocalHeatmap:
    """The grid of all days of the range, which begins with a week."""
    days = own.days.days
    of, bounds = ("input_tokens", "output_tokens"), own.days.bounds(days)
    used = local_sums(now, own, by=("period",), of=of, bounds=bounds)
    values = [used.get((index,), NOTHING).tokens for index in range(len(days))]
    limits = _limits(values)
    cells = [
        HeatmapCell(day.isoformat(), str(value), bisect_left(limits, value) + 1 if value else 0)
        for day, value in zip(days, values, strict=True)
    ]
    return {
        **range_of(own),
        "week_starts_on": week_starts_on,
        "thresholds": Thresholds(*map(str, limits)),
        "active_days": sum(value > 0 for value in values),
        "streak_days": len(list(takewhile(bool, reversed(values)))),
        "weeks": _weeks(cells),
    }


def _limits(values: list[int]) -> list[int]:
    """What half, three quarters and nine tenths of the days with usage don't exceed."""
    ranked = sorted(value for value in values if value)
    if not ranked:
        return [0] * len(_QUANTILES)
    return [ranked[(len(ranked) - 1) * part // whole] for part, whole in _QUANTILES]


def _weeks(cells: list[HeatmapCell]) -> list[list[HeatmapCell | None]]:
    missing = -len(cells) % DAYS_A_WEEK
    padded = [*cells, *[None] * missing]
    return [padded[at : at + DAYS_A_WEEK] for at in range(0, len(padded), DAYS_A_WEEK)]
