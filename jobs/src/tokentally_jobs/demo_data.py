"""Putting the demo data set into a database, and taking it out again."""

from collections.abc import Callable
from itertools import islice

from sqlalchemy import Connection, delete, func, select

from tokentally.api.backend import Backend
from tokentally.models.core import app_user, token_event
from tokentally.pricing.cost import cost_of
from tokentally.store.deliver import Delivery, Door, deliver
from tokentally.store.event_ids import first_id
from tokentally.store.rebuild import days_with_events, rebuild_day
from tokentally.store.version import raise_version
from tokentally_jobs.backfill import mend_missing_rollups
from tokentally_jobs.demo import PREFIX, demo_events
from tokentally_jobs.fold import fold_pending

EVENTS_A_TRANSACTION = 5_000


def load_demo(backend: Backend, progress: Callable[[int], None] = lambda _: None) -> int:
    """Store the demo events of the year up to now; returns how many were new."""
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
    """Remove all events of demo users, a day at a time; returns how many there were."""
    mend_missing_rollups(backend)
    with backend.database.readers.connect() as connection:
        days = days_with_events(connection)
    return sum(backend.writer.run(_remover(day)).result() for day in days)


def _remover(day: int) -> Callable[[Connection], int]:
    def remove(connection: Connection) -> int:
        users = select(app_user.c.id).where(func.substr(app_user.c.name, 1, len(PREFIX)) == PREFIX)
        removed = connection.execute(
            delete(token_event).where(
                token_event.c.id.between(first_id(day), first_id(day + 1) - 1),
                token_event.c.user_id.in_(users),
            )
        ).rowcount
        if removed:
            rebuild_day(connection, day)
            raise_version(connection)
        return removed

    return remove


def is_empty(backend: Backend) -> bool:
    """Whether the database has no events."""
    with backend.database.readers.connect() as connection:
        return connection.execute(select(token_event.c.id).limit(1)).first() is None
