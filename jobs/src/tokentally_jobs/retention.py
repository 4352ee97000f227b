"""Retention: raw events older than `RETENTION_DAYS` go, the rollups made from them stay."""

import logging
from functools import partial

from tokentally.api.backend import Backend
from tokentally.clock import microseconds
from tokentally.days import date_of, day_number
from tokentally.store.job_runs import record_run
from tokentally.store.rebuild import days_with_events
from tokentally.store.rollup_state import not_ready
from tokentally.store.sealed import remove_raw, seal_day
from tokentally_jobs.backfill import sealed_days
from tokentally_jobs.verify import verify_days

EVENTS_A_TRANSACTION = 10_000

log = logging.getLogger(__name__)


def retire_old_days(backend: Backend) -> int:
    """Seal the UTC days older than `RETENTION_DAYS` and remove their events; returns how many.

    A day whose rollups differ from its events is kept. Ended at any point, the next run goes on.
    """
    started_at = microseconds(backend.clock())
    removed = sum(_retire(backend, day, started_at) for day in _old_days(backend))
    if removed:
        record = partial(record_run, job="retire", started_at=started_at, rows=removed)
        ended_at = microseconds(backend.clock())
        backend.writer.run(partial(record, ended_at=ended_at)).result()
    return removed


def _old_days(backend: Backend) -> list[int]:
    """The days to retire, ascending; none while a rollup is being built."""
    kept = backend.settings.retention_days
    if kept is None:
        return []
    first_kept = day_number(backend.clock().date()) - kept
    with backend.database.readers.connect() as connection:
        if not_ready(connection):
            return []
        return [day for day in days_with_events(connection) if day < first_kept]


def _retire(backend: Backend, day: int, now: int) -> int:
    if not sealed_days(backend, [day]):
        if difference := next(verify_days(backend, [day]), None):
            log.error(
                "%s is not sealed, for its rollups are not exact: %s", date_of(day), difference
            )
            return 0
        if not backend.writer.run(partial(seal_day, day=day, sealed_at=now)).result():
            return 0
    removed = 0
    remove = partial(remove_raw, day=day, limit=EVENTS_A_TRANSACTION)
    while count := backend.writer.run(remove).result():
        removed += count
    return removed
