"""Putting the demo data set into a database, and taking it out again."""

from itertools import islice

from sqlalchemy import Connection

from tokentally.api.backend import Backend
from tokentally.api.deletion import delete_users
from tokentally.store.deletion import have_usage, named_from
from tokentally.store.deliver import Delivery, deliver
from tokentally.store.names import UNASSIGNED
from tokentally.store.rebuild import days_with_events
from tokentally.store.teams import assign_team
from tokentally.store.users import create_user
from tokentally_jobs.backfill import mend_missing_rollups
from tokentally_jobs.demo import PREFIX, USERS, demo_events
from tokentally_jobs.fold import fold_pending
from tokentally_jobs.progress import Progress

EVENTS_A_TRANSACTION = 5_000


def load_demo(backend: Backend, progress: Progress = lambda _: None) -> int:
    """Store the demo events of the year up to now, unless there are some; returns how many."""
    mend_missing_rollups(backend)
    fold_pending(backend)
    with backend.database.readers.connect() as connection:
        if have_usage(connection, named_from(PREFIX)):
            return 0
    backend.writer.run(_put_into_teams).result()
    door = backend.door()
    events = demo_events(backend.clock())
    accepted = 0
    while some := list(islice(events, EVENTS_A_TRANSACTION)):
        [outcomes] = deliver(door, [Delivery(some)])
        accepted += outcomes.count("accepted")
        progress(len(some))
    fold_pending(backend)
    return accepted


def _put_into_teams(connection: Connection) -> None:
    """Make the users, each in the team that their events name."""
    for user in USERS:
        create_user(connection, PREFIX + user.name)
        assign_team(connection, PREFIX + user.name, user.team)


def remove_demo(backend: Backend) -> int:
    """Remove demo users with all of their events and their empty teams; returns how many events."""
    mend_missing_rollups(backend)
    teams = {user.team for user in USERS} - {UNASSIGNED}
    return delete_users(backend, named_from(PREFIX), teams)


def is_empty(backend: Backend) -> bool:
    """Whether the database has no events."""
    with backend.database.readers.connect() as connection:
        return not days_with_events(connection)
