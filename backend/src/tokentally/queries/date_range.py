"""The date range of organisation-wide requests: two optional dates to whole UTC days."""

from datetime import date, timedelta

from tokentally.days import FIRST_DATE, LAST_DATE, DayRange, iso_date


class InvalidDateRange(ValueError):
    """Dates that make no range; the message is for the caller."""


def utc_day_range(start: str | None, end: str | None, *, today: date, max_days: int) -> DayRange:
    """The days from `start` to `end` (YYYY-MM-DD, both included); raises `InvalidDateRange`.

    Without either: yesterday and today. Without end: to today. Without start: the day before end.
    """
    first = None if start is None else _date("start_date", start, today)
    last = None if end is None else _date("end_date", end, today)
    if last is None:
        last = today
        first = first or today - timedelta(days=1)
    days = DayRange(first or last - timedelta(days=1), last)
    if len(days) < 1:
        raise InvalidDateRange("end_date must not be before start_date")
    if len(days) > max_days:
        raise InvalidDateRange(f"Date range too large (max {max_days} days)")
    return days


def _date(name: str, text: str, today: date) -> date:
    day = iso_date(text)
    if day is None:
        raise InvalidDateRange(f"{name}: Date must be in YYYY-MM-DD format")
    if day > today:
        raise InvalidDateRange(f"{name} cannot be in the future")
    if not FIRST_DATE <= day <= LAST_DATE:
        raise InvalidDateRange(f"{name} must not be before {FIRST_DATE}")
    return day
