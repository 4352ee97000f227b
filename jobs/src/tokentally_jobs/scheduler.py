"""The schedule of the jobs. It makes reads cheap and tells of drift; no answer rests on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from apscheduler.schedulers.background import BackgroundScheduler

from tokentally.api.backend import Backend
from tokentally_jobs.backfill import mend_missing_rollups
from tokentally_jobs.fold import fold_pending
from tokentally_jobs.retention import retire_old_days
from tokentally_jobs.verify import verify_recent

ROWS_A_TRANSACTION = 10_000
MEND_EVERY_SECONDS = 5
SOON_SECONDS = 60
"""The latest first run of a job: a server that never runs for an hour is verified as well."""


def start_scheduler(backend: Backend) -> BackgroundScheduler:
    """Start the jobs of `backend`; shut the scheduler down to end them."""
    scheduler = BackgroundScheduler(
        timezone="UTC",
        job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
    )
    jobs = (
        ("fold", partial(fold_pending, limit=ROWS_A_TRANSACTION), _fold_interval(backend)),
        ("mend", mend_missing_rollups, MEND_EVERY_SECONDS),
        ("verify", verify_recent, 3600),
        ("retire", retire_old_days, 3600),
    )
    for name, job, seconds in jobs:
        scheduler.add_job(
            job,
            "interval",
            args=[backend],
            seconds=seconds,
            id=name,
            next_run_time=backend.clock() + timedelta(seconds=min(seconds, SOON_SECONDS)),
        )
    scheduler.start()
    return scheduler


@contextmanager
def running_scheduler(backend: Backend) -> Iterator[BackgroundScheduler]:
    """The scheduler, shut down at the end after the running jobs are done."""
    scheduler = start_scheduler(backend)
    try:
        yield scheduler
    finally:
        scheduler.shutdown(wait=True)


def _fold_interval(backend: Backend) -> float:
    return backend.settings.fold_interval_seconds
