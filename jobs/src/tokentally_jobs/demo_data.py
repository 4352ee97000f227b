"""Putting the demo data set into a database, and taking it out again."""

from collections.abc import Callable
from functools import partial
from itertools import islice

from tokentally.api.backend import Backend
from tokentally.pricing.cost import cost_of
from tokentally.store.deliver import Delivery, Door, deliver
from tokentally.store.names import UNASSIGNED
from tokentally.store.rebuild import days_with_events
from tokentally.store.removal import have_usage, remove_day, remove_names
from tokentally_jobs.backfill import mend_missing_rollups
from tokentally_jobs.demo import PREFIX, USERS, demo_events
from tokentally_jobs.fold import fold_pending

EVENTS_A_TRANSACTION = 5_000


def load_demo(backend: Backend, progress: Callable[[int], None] = lambda _: None) -> int:
    """Store the demo events of the year up to now, unless there are some; returns how many."""
    mend_missing_rollups(backend)
    fold_pending(backend)
    with backend.database.readers.connect() as connection:
        if have_usage(connection, PREFIX):
            return 0
    door = Door(backend.database.writer, cost_of, backend.clock)
    events = demo_events(backend.clock())
    accepted = 0
    while some := list(islice(events, EVENTS_A_TRANSACTION)):
        [outcomes] = deliver(door, [Delivery(some)])
        accepted += outcomes.count("accepted")
        progress(len(some))
    fold_pending(backend)
    return accepted


def remove_demo(backend: Backend) -> int:
    """Remove all events of demo users, a day at a time, then the users and their empty teams.

    Returns how many events there were.
    """
    mend_missing_rollups(backend)
    with backend.database.readers.connect() as connection:
        days = days_with_events(connection)
    remove = partial(remove_day, prefix=PREFIX)
    removed: int = sum(backend.writer.run(partial(remove, day=day)).result() for day in days)
    fold_pending(backend)
    teams = {user.team for user in USERS} - {UNASSIGNED}
    backend.writer.run(partial(remove_names, prefix=PREFIX, teams=teams)).result()
    return removed


def is_empty(backend: Backend) -> bool:
    """Whether the database has no events."""
    with backend.database.readers.connect() as connection:
        return not days_with_events(connection)
