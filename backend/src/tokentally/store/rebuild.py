"""Rebuilding days from raw events: the tool that mends rollups, and fills a missing one."""

from typing import Any

from sqlalchemy import CompoundSelect, Connection, Select, delete, func, insert, select, union_all

from tokentally.days import QUARTERS_A_DAY, date_of
from tokentally.models.core import SUMS, pending_usage, token_event
from tokentally.store.event_ids import day_of, first_id
from tokentally.store.rollup_state import not_ready
from tokentally.store.rollups import (
    MODEL_DAILY,
    OF_DAYS,
    PEOPLE_DAILY,
    USER_DAILY,
    USER_QUARTER,
    Rollup,
    during,
    events_in,
    quarters_in,
    rows_of_events,
    rows_of_finer,
    rows_of_pending,
    rows_of_rollup,
    summed,
)
from tokentally.store.sealed import sealed_among
from tokentally.store.totals import add_to_totals, drop_empty_totals

_FINER = {USER_DAILY: USER_QUARTER, MODEL_DAILY: USER_DAILY, PEOPLE_DAILY: USER_DAILY}
"""What each rollup is made of, in the order in which they can be made."""


class DayIsSealed(ValueError):
    """The raw events of the day were removed, so its rollups can't be made from them."""


def rebuild_day(connection: Connection, day: int) -> int:
    """Make the rollup rows of a UTC day anew from its events; returns how many events it has.

    Raises `DayIsSealed`.

    The events are read once: each rollup is made from the next finer one. The totals of people
    change by what their day does.

    Needs an `exclusive` transaction. The day's pending rows that it sees are dropped: their events
    are among those counted.
    """
    days = range(day, day + 1)
    if sealed_among(connection, days):
        raise DayIsSealed(f"{date_of(day)} is sealed by retention and can't be rebuilt")
    add_to_totals(connection, days, sign=-1)
    connection.execute(delete(pending_usage).where(quarters_in(days)))
    _fill(connection, USER_QUARTER, days, rows_of_events(USER_QUARTER, events_in(days)))
    for rollup in _FINER:
        _fill_from_finer(connection, rollup, days)
    add_to_totals(connection, days)
    drop_empty_totals(connection)
    count: int = connection.execute(
        select(func.count()).select_from(token_event).where(events_in(days))
    ).scalar_one()
    return count


def complete_sealed_day(connection: Connection, day: int) -> None:
    """Make the rows of a sealed day in those rollups that are being built, from the finer ones.

    Needs an `exclusive` transaction. The finest can't be made anew: it must be ready.
    """
    building = not_ready(connection)
    for rollup in _FINER:
        if rollup.name in building:
            _fill_from_finer(connection, rollup, range(day, day + 1))


def _fill_from_finer(connection: Connection, rollup: Rollup, days: range) -> None:
    _fill(connection, rollup, days, rows_of_finer(rollup, _FINER[rollup], days))


def _fill(connection: Connection, rollup: Rollup, days: range, rows: Select[Any]) -> None:
    connection.execute(delete(rollup.table).where(during(rollup, days)))
    columns = [*rollup.keys, *SUMS]
    connection.execute(insert(rollup.table).from_select(columns, summed(rollup, rows)))


def days_with_events(connection: Connection) -> list[int]:
    """The UTC day numbers that have events, ascending; one index step a day."""
    days: list[int] = []
    start = 0
    while True:
        following = select(func.min(token_event.c.id)).where(token_event.c.id >= start)
        found: int | None = connection.execute(following).scalar()
        if found is None:
            return days
        days.append(day_of(found))
        start = first_id(days[-1] + 1)


def days_with_usage(connection: Connection, among: range) -> list[int]:
    """The UTC day numbers in `among` with events, rollup rows or pending rows, ascending."""
    days = {day for day in days_with_events(connection) if day in among}
    missing = not_ready(connection)
    for rollup in OF_DAYS:
        rows: Select[Any] | CompoundSelect[Any] = rows_of_pending(rollup, among)
        if rollup.name not in missing:
            rows = union_all(rows_of_rollup(rollup, among), rows_of_pending(rollup, among))
        times = rows.subquery().c
        day = times.day if "day" in times else times.quarter // QUARTERS_A_DAY
        days.update(connection.execute(select(day).distinct()).scalars())
    return sorted(days)
