"""Zones and what their clocks do, found out by looking at the clock alone."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

ZONES = sorted(available_timezones() - {"localtime"})
"""Every zone by name; `localtime` is the name of a setting, not of a zone."""

_FIRST, _LAST = datetime(2015, 1, 1, tzinfo=UTC), datetime(2037, 1, 1, tzinfo=UTC)
_STEP = timedelta(days=5)


@cache
def changes(zone: str) -> tuple[datetime, ...]:
    """The instants at which a zone's offset changes, 2015 to 2036.

    Left out are those that no quarter of an hour begins with: a base in Antarctica set its clocks
    at one past midnight three times, and usage is kept by the quarter.
    """
    steps = range((_LAST - _FIRST) // _STEP)
    found = (_change(ZoneInfo(zone), _FIRST + n * _STEP) for n in steps)
    return tuple(at for at in found if at and at.minute % 15 == at.second == 0)


def _change(zone: tzinfo, since: datetime) -> datetime | None:
    """The change within a step from `since`, to the second."""
    before, until = since, since + _STEP
    if before.astimezone(zone).utcoffset() == until.astimezone(zone).utcoffset():
        return None
    offset = before.astimezone(zone).utcoffset()
    while until - before > timedelta(seconds=1):
        middle = (before + (until - before) / 2).replace(microsecond=0)
        before, until = (
            (middle, until) if middle.astimezone(zone).utcoffset() == offset else (before, middle)
        )
    return until


def midnight(day: date, zone: tzinfo) -> datetime:
    """What Python takes for the start of a local day, as an instant."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def slot(at: datetime) -> int:
    """The half hour of its day, 0 to 47, that a local time is in."""
    return at.hour * 2 + at.minute // 30
