"""Rebuilding days from raw events, one transaction a day, while serving and ingest go on."""

from collections.abc import Callable, Sequence
from functools import partial

from tokentally.api.backend import Backend
from tokentally.store.rebuild import days_with_events, days_with_usage, rebuild_day
from tokentally.store.rollup_state import mark_ready, not_ready, start_building

Progress = Callable[[int], None]
"""Told how many days are done, one at a time."""


def days_between(backend: Backend, among: range) -> list[int]:
    """The day numbers in `among` that have anything to rebuild or to check."""
    with backend.database.readers.connect() as connection:
        return days_with_usage(connection, among)


def rebuild_days(backend: Backend, days: Sequence[int], progress: Progress) -> int:
    """Rebuild each day's rollup rows; returns the number of events they were made from."""
    events = 0
    for day in days:
        events += backend.change_rollups(partial(rebuild_day, day=day))
        progress(1)
    return events


def mend_missing_rollups(backend: Backend) -> bool:
    """Rebuild rollups that are missing or were left half built; says whether there were any.

    Until that is done answers come from raw events and the fold waits. Two processes may do it at
    the same time, and a crash may end it at any point: each day is exact as soon as it is rebuilt.
    """
    with backend.database.readers.connect() as connection:
        names = not_ready(connection)
    if not names:
        return False
    backend.change_rollups(partial(start_building, names=names))
    with backend.database.readers.connect() as connection:
        days = days_with_events(connection)
    rebuild_days(backend, days, lambda _: None)
    backend.change_rollups(partial(mark_ready, names=names))
    return True
