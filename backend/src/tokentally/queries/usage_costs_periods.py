"""The periods that a range of days is cut into: days, weeks from Monday, or months."""

from datetime import date, timedelta
from enum import StrEnum

from tokentally.days import DayRange


class Granularity(StrEnum):
    """How long a period is."""

    day = "day"
    week = "week"
    month = "month"


def periods(days: DayRange, granularity: Granularity) -> dict[date, date]:
    """For each of `days` the first day of its period that lies within them."""
    return {day: max(_start(day, granularity), days.first) for day in days}


def _start(day: date, granularity: Granularity) -> date:
    match granularity:
        case Granularity.day:
            return day
        case Granularity.week:
            return day - timedelta(days=day.weekday())
        case Granularity.month:
            return day.replace(day=1)
