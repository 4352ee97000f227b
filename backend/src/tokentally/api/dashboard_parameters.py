"""The parameters of the dashboard's questions, each with its rule.

Empty ones count as not given, and of one given twice the last counts.
"""

import re
from datetime import date, timedelta, tzinfo

from starlette.datastructures import QueryParams

from tokentally.api.deps import Called
from tokentally.days import FIRST_DATE, LAST_DATE, DayRange, iso_date
from tokentally.local_days import LocalDays, fixed_zone, iana_zone, today_in
from tokentally.models.plain_text import LONGEST
from tokentally.queries.local_heatmap import WeekStart, weeks_until
from tokentally.queries.local_usage import LocalUsage

USUAL_DAYS = 30
MOST_MONTHS = 24
USUAL_WEEKS, MOST_WEEKS = 52, 104
MOST_OFFSET = 14 * 60

_is_integer = re.compile(r"-?[0-9]{1,9}", re.ASCII).fullmatch


class InvalidQuery(ValueError):
    """A parameter that breaks its rule; the message is for the caller."""


def range_asked(given: QueryParams, called: Called, *, of_model: bool = True) -> LocalUsage:
    """The caller's usage from `from` to `to`: without them the last 30 days."""
    zone, today = _zone_and_today(given, called)
    last = _date(given, "to", "Invalid to date")
    first = _date(given, "from", "Invalid from date")
    last = last or today
    most = called.backend.settings.max_range_days
    usual = min(USUAL_DAYS, most)
    days = DayRange(first or last - timedelta(days=usual - 1), last)
    if len(days) < 1:
        raise InvalidQuery("Invalid date range")
    if len(days) > most:
        raise InvalidQuery(f"Date range too large (max {most} days)")
    return _usage(given, called, LocalDays(days, zone), of_model=of_model)


def day_asked(given: QueryParams, called: Called) -> LocalUsage:
    """The caller's usage on `day`: without it today."""
    zone, today = _zone_and_today(given, called)
    day = _date(given, "day", "Invalid day") or today
    return _usage(given, called, LocalDays(DayRange(day, day), zone))


def months_asked(given: QueryParams, called: Called) -> LocalUsage:
    """The caller's usage of `months` whole months, of which the last one ends with `to`."""
    zone, today = _zone_and_today(given, called)
    months = _integer(given, "months", MOST_MONTHS, most=MOST_MONTHS)
    last = _date(given, "to", "Invalid to date") or today
    year, month = divmod(last.year * 12 + last.month - months, 12)
    days = DayRange(date(year, month + 1, 1), last)
    return _usage(given, called, LocalDays(days, zone))


def weeks_asked(given: QueryParams, called: Called) -> LocalUsage:
    """The caller's usage of `weeks` weeks, of which the last one holds `to` and ends with it."""
    zone, today = _zone_and_today(given, called)
    weeks = _integer(given, "weeks", USUAL_WEEKS, most=MOST_WEEKS)
    last = _date(given, "to", "Invalid to") or today
    days = weeks_until(last, weeks, week_start(given))
    return _usage(given, called, LocalDays(days, zone))


def names_asked(given: QueryParams) -> bool:
    """Whether the shown names of models are asked for."""
    match given.get("names"):
        case None | "" | "false":
            return False
        case "true":
            return True
    raise InvalidQuery("Invalid names")


def week_start(given: QueryParams) -> WeekStart:
    """The day on which weeks begin."""
    match given.get("week_starts_on"):
        case None | "" | "sun":
            return "sun"
        case "mon":
            return "mon"
    raise InvalidQuery("Invalid week_starts_on")


def _usage(
    given: QueryParams, called: Called, days: LocalDays, *, of_model: bool = True
) -> LocalUsage:
    model = _name(given, "model") if of_model else None
    return LocalUsage(called.caller.user, days, _name(given, "source"), model)


def _zone_and_today(given: QueryParams, called: Called) -> tuple[tzinfo, date]:
    zone = iana_zone(given.get("tz", "")) or _offset(given)
    return zone, today_in(zone, called.backend.clock())


def _offset(given: QueryParams) -> tzinfo:
    """Minutes to add to UTC; what makes no sense counts for nothing."""
    text = given.get("tz_offset_minutes", "")
    minutes = int(text) if _is_integer(text) else 0
    if abs(minutes) > MOST_OFFSET:
        minutes = 0
    if minutes % 15:
        raise InvalidQuery("Invalid tz_offset_minutes")
    return fixed_zone(minutes)


def _name(given: QueryParams, name: str) -> str | None:
    """A source or model as events carry it; blank means all."""
    text = given.get(name, "").strip().lower()
    if len(text) > LONGEST or "\0" in text:
        raise InvalidQuery(f"Invalid {name}")
    return text or None


def _integer(given: QueryParams, name: str, usual: int, *, most: int) -> int:
    text = given.get(name) or str(usual)
    if not _is_integer(text) or not 1 <= int(text) <= most:
        raise InvalidQuery(f"Invalid {name}")
    return int(text)


def _date(given: QueryParams, name: str, refusal: str) -> date | None:
    text = given.get(name)
    if not text:
        return None
    day = iso_date(text)
    if day is None or not FIRST_DATE <= day <= LAST_DATE:
        raise InvalidQuery(refusal)
    return day
