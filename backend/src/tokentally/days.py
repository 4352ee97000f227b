"""UTC days and quarters: numbers since 1970-01-01, and ranges of days.

A quarter is a 15-minute bucket. Every IANA offset since 2015 is a multiple of 15 minutes, so
quarters add up to local days exactly.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

DAY_MICROS = 86_400_000_000
QUARTER_MICROS = 900_000_000
QUARTERS_A_DAY = 96
FIRST_DATE = date(2015, 1, 1)
LAST_DATE = date(2100, 1, 1)

_ORDINAL_OF_1970 = date(1970, 1, 1).toordinal()
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII).fullmatch


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - _ORDINAL_OF_1970


def date_of(day: int) -> date:
    """The date that is `day` days after 1970-01-01."""
    return date.fromordinal(day + _ORDINAL_OF_1970)


def iso_date(text: str) -> date | None:
    """The date written as strict `YYYY-MM-DD`, or None if it is no such real date."""
    if not _ISO_DATE(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class InvalidDay(ValueError):
    """Text that names no day of use; the message says what is wrong with what is called so."""


def stated_date(name: str, text: str) -> date:
    """The date that is stated as `name`; raises `InvalidDay`."""
    day = iso_date(text)
    if day is None:
        raise InvalidDay(f"{name} {text[:40]!r} is no date; write YYYY-MM-DD")
    return day


def stated_day(name: str, text: str) -> int:
    """The number of a day that events can lie on, stated as `name`; raises `InvalidDay`."""
    day = stated_date(name, text)
    if not FIRST_DATE <= day <= LAST_DATE:
        raise InvalidDay(f"{name} must lie from {FIRST_DATE} to {LAST_DATE}")
    return day_number(day)


ALL_DAYS = range(day_number(FIRST_DATE), day_number(LAST_DATE) + 1)
"""The numbers of all days that an event can lie on."""


@dataclass(frozen=True, slots=True)
class DayRange:
    """Whole UTC days, both ends included; none if `last` is before `first`."""

    first: date
    last: date

    def __len__(self) -> int:
        return max((self.last - self.first).days + 1, 0)

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=n) for n in range(len(self)))

    @property
    def before(self) -> "DayRange":
        """As many days, right before these."""
        length = timedelta(days=len(self))
        return DayRange(self.first - length, self.last - length)

    @property
    def numbers(self) -> range:
        """The day numbers of the range, ascending."""
        return range(day_number(self.first), day_number(self.last) + 1)
