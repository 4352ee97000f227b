"""Transactions that change rollups: one at a time in all processes, each on one snapshot.

On PostgreSQL the turn is taken in a transaction whose snapshot may be older than the end of the
turn before. What that one changed can't be changed on such a snapshot: the database refuses it,
nothing has happened, and the work begins anew.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from tokentally.store.database import Database
from tokentally.store.locks import take_turn, wait_for_turn

Result = TypeVar("Result")

TRIES = 5

_CONFLICTS = frozenset({"40001", "40P01"})
"""PostgreSQL's codes of a serialization failure and a deadlock."""


class RollupsBusy(RuntimeError):
    """Somebody else is changing rollups."""


@contextmanager
def exclusive(database: Database) -> Iterator[Connection]:
    """A transaction in which nobody else changes rollups; raises `RollupsBusy`."""
    with database.exclusive.begin() as connection:
        if not take_turn(connection):
            raise RollupsBusy
        yield connection


def exclusively(
    database: Database, work: Callable[[Connection], Result], *, wait: bool = True
) -> Result:
    """What `work` returns, once it had its turn; raises `RollupsBusy` if it may not `wait`."""
    while True:
        try:
            with exclusive(database) as connection:
                return work(connection)
        except RollupsBusy:
            if not wait:
                raise
            with database.writer.begin() as connection:
                wait_for_turn(connection)
        except DBAPIError as error:
            if not is_conflict(error):
                raise


def despite_conflicts(run: Callable[[], Result]) -> Result:
    """What `run` returns; a transaction that was undone for another's sake is begun anew."""
    for _ in range(TRIES - 1):
        try:
            return run()
        except DBAPIError as error:
            if not is_conflict(error):
                raise
    return run()


def is_conflict(error: DBAPIError) -> bool:
    """Whether the database undid a transaction for the sake of another: it may be tried again."""
    return getattr(error.orig, "sqlstate", None) in _CONFLICTS
