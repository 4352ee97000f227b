"""Rebuilding days from raw events, one transaction a day, while serving and ingest go on."""

import logging
from collections.abc import Sequence
from functools import cache, partial

from tokentally.api.backend import Backend
from tokentally.days import FIRST_DATE, LAST_DATE, day_number
from tokentally.store.rebuild import (
    DayIsSealed,
    complete_sealed_day,
    days_with_usage,
    rebuild_day,
)
from tokentally.store.rollup_state import mark_ready, not_ready, start_building
from tokentally.store.rollups import PEOPLE_TOTAL, USER_QUARTER
from tokentally.store.sealed import sealed_among
from tokentally.store.totals import make_totals
from tokentally.store.version import raise_version
from tokentally_jobs.progress import Progress

_ALL_DAYS = range(day_number(FIRST_DATE), day_number(LAST_DATE))

log = logging.getLogger(__name__)


def days_between(backend: Backend, among: range) -> list[int]:
    """The day numbers in `among` that have anything to rebuild or to check."""
    with backend.database.readers.connect() as connection:
        return days_with_usage(connection, among)


def sealed_days(backend: Backend, days: Sequence[int]) -> frozenset[int]:
    """Those of `days` whose raw events retention removed."""
    with backend.database.readers.connect() as connection:
        return sealed_among(connection, days)


def rebuild_days(backend: Backend, days: Sequence[int], progress: Progress) -> int:
    """Rebuild each day's rollup rows, and the totals; returns how many events the days have.

    Sealed days are left as they are, but for rollups that are being built. What was wrong before is
    right now, so the data version rises.
    """
    events = 0
    for day in days:
        try:
            events += backend.change_rollups(partial(rebuild_day, day=day))
        except DayIsSealed:
            backend.change_rollups(partial(complete_sealed_day, day=day))
        backend.writer.run(raise_version).result()
        progress(1)
    backend.change_rollups(make_totals)
    backend.writer.run(raise_version).result()
    return events


def mend_missing_rollups(backend: Backend) -> bool:
    """Rebuild rollups that are missing or were left half built; says whether that was done.

    Until then answers come from raw events and the fold waits. Two processes may do it at the same
    time, and a crash may end it at any point: each day is exact as soon as it is rebuilt, and
    totals are made at the end. Of sealed days a coarser rollup is made from a finer one; the finest
    can only come from a backup.
    """
    with backend.database.readers.connect() as connection:
        names = not_ready(connection)
        sealed = sealed_among(connection, _ALL_DAYS)
    if not names:
        return False
    backend.change_rollups(partial(start_building, names=names))
    if sealed and USER_QUARTER.name in names:
        _tell_lost(len(sealed))
        return False
    if names != {PEOPLE_TOTAL.name}:
        with backend.database.readers.connect() as connection:
            used = days_with_usage(connection, _ALL_DAYS)  # those with nothing but retractions too
        rebuild_days(backend, sorted({*used, *sealed}), lambda _: None)
    backend.change_rollups(partial(mark_ready, names=names))
    return True


@cache
def _tell_lost(days: int) -> None:
    log.error(
        "%s is lost for %s sealed days: restore it from a backup; nothing is folded until then",
        USER_QUARTER.name,
        days,
    )
