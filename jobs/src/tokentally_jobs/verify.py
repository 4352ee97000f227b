"""Verifying days: in each, rollups and pending rows against the raw events."""

import logging
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import chain

from tokentally.api.backend import Backend
from tokentally.clock import microseconds
from tokentally.days import day_number
from tokentally.store.job_runs import record_run
from tokentally.store.rebuild import days_with_events
from tokentally.store.rollup_state import not_ready
from tokentally.store.verify import Difference, differences, differences_of_totals
from tokentally_jobs.backfill import sealed_days
from tokentally_jobs.progress import Progress, progress_of
from tokentally_jobs.terminal import say

log = logging.getLogger(__name__)


def verify_days(
    backend: Backend, days: Sequence[int], progress: Progress = lambda _: None
) -> Iterator[Difference]:
    """Every difference in `days`, each day in a snapshot of its own."""
    for day in days:
        with backend.database.readers.connect() as connection:
            yield from differences(connection, day)
        progress(1)


def verify_totals(backend: Backend) -> Iterator[Difference]:
    """Every difference between the totals of people and their days."""
    with backend.database.readers.connect() as connection:
        yield from differences_of_totals(connection)


def verify_recent(backend: Backend) -> int:
    """The hourly check: today, yesterday, one older day in turn, and totals. Tells, never mends.

    Returns the number of differences; they are logged as errors and kept with the run.
    """
    now = backend.clock()
    today = day_number(now.date())
    with backend.database.readers.connect() as connection:
        older = [day for day in days_with_events(connection) if day < today - 1]
    hour = microseconds(now) // (timedelta(hours=1) // timedelta(microseconds=1))
    rolling = [older[hour % len(older)]] if older else []
    days = [*rolling, today - 1, today]
    found = [*verify_days(backend, days), *verify_totals(backend)]
    for difference in found:
        log.error("rollup drift: %s", difference)
    _record(backend, microseconds(now), len(found))
    return len(found)


def verify_and_tell(backend: Backend, days: Sequence[int], *, all_days: bool) -> int:
    """Print every difference in `days`; a check of all days is kept as the hourly ones are."""
    started = microseconds(backend.clock())
    found = tell_differences(backend, days, "found")
    if all_days:
        _record(backend, started, found)
    return found


def _record(backend: Backend, started: int, found: int) -> None:
    ended = microseconds(backend.clock())
    backend.writer.run(
        lambda connection: record_run(
            connection, "verify", started_at=started, ended_at=ended, rows=found
        )
    ).result()


def _tell_unready(backend: Backend) -> int:
    with backend.database.readers.connect() as connection:
        names = sorted(not_ready(connection))
    for name in names:
        say(f"{name} is missing or being rebuilt, and can't be compared")
    return len(names)


def tell_differences(backend: Backend, days: Sequence[int], verdict: str) -> int:
    """Print every difference in `days` and in totals, and how many; returns that."""
    with progress_of("days", len(days)) as progress:
        found = _tell_unready(backend)
        for difference in chain(verify_days(backend, days, progress), verify_totals(backend)):
            say(str(difference))
            found += 1
    if sealed := sealed_days(backend, days):
        say(f"{len(sealed):,} days are sealed: without events, only rollups could be compared")
    say(f"{found:,} differences {verdict} in {len(days):,} days")
    return found
