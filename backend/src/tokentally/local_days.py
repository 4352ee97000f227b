"""Local days: which quarters belong to which day of a time zone. The one module that knows.

No range reaches back beyond 2013. Since then every zone has been whole quarters from UTC, and no
clock was put back past a midnight, so a local day is a run of quarters; tests hold that for every
zone. Clocks changed within a quarter three times, in Antarctica/Casey at 00:01 in 2020 to 2022:
by the clock on the wall, those quarters count by their beginning.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cache
from importlib.resources import files
from itertools import groupby, pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tokentally.clock import instant_of, microseconds
from tokentally.days import QUARTER_MICROS, DayRange


@cache
def zone_names() -> frozenset[str]:
    """The names of all IANA zones, on machines that have no files of them too."""
    return frozenset((files("tzdata") / "zones").read_text("utf-8").split())


@cache
def _zone(name: str) -> tzinfo:
    """As the package has it, whatever this machine's own files say: servers must agree."""
    with (files("tzdata") / "zoneinfo" / name).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def iana_zone(name: str) -> tzinfo | None:
    """The zone of exactly this name, if there is one."""
    return _zone(name) if name in zone_names() else None


def fixed_zone(minutes: int) -> tzinfo:
    """A zone that is always so many minutes ahead of UTC; they must be a multiple of 15."""
    return timezone(timedelta(minutes=minutes)) if minutes else UTC


def today_in(zone: tzinfo, now: datetime) -> date:
    """The local date at an aware instant."""
    return now.astimezone(zone).date()


def start_of(day: date, zone: tzinfo) -> int:
    """The quarter with which a local day begins.

    Where midnight comes twice that is the first one; where the clock skips it, the end of the gap.
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return microseconds(midnight.astimezone(UTC)) // QUARTER_MICROS


def wall_clock(quarter: int, zone: tzinfo) -> datetime:
    """What local clocks show (without a zone) when a quarter begins."""
    return instant_of(quarter * QUARTER_MICROS).astimezone(zone).replace(tzinfo=None)


@dataclass(frozen=True)
class LocalDays:
    """Whole days of a zone, both ends included."""

    days: DayRange
    zone: tzinfo

    def bounds(self, firsts: Iterable[date]) -> list[int]:
        """The quarters with which periods begin, by their first days, and where the last ends."""
        after = self.days.last + timedelta(days=1)
        return [start_of(day, self.zone) for day in (*firsts, after)]

    @property
    def window(self) -> range:
        """All quarters of the days."""
        return range(*self.bounds([self.days.first]))


class Run(NamedTuple):
    """Quarters from `start` to before `stop` in periods of `length`; `first` numbers the first."""

    start: int
    stop: int
    first: int
    length: int


def runs_between(bounds: Sequence[int]) -> list[Run]:
    """The periods between `bounds` in as few runs as possible.

    The days of a year with summer time are five runs: two of its days have another length.
    """
    found, first = [], 0
    for length, periods in groupby(end - start for start, end in pairwise(bounds)):
        after = first + len(list(periods))
        if length:
            found.append(Run(bounds[first], bounds[after], first, length))
        first = after
    return found
