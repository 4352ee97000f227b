"""Reading usage: rollup rows and what is not folded yet, in one snapshot."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import Connection, Subquery, union_all
from sqlalchemy.exc import OperationalError

from tokentally.store.engine import Database
from tokentally.store.rollup_state import not_ready
from tokentally.store.rollups import (
    Rollup,
    events_in,
    rows_of_events,
    rows_of_pending,
    rows_of_rollup,
)

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Snapshot:
    """One consistent state of the database, and the rollups that can't be read in it."""

    connection: Connection
    building: frozenset[str]
    read_raw: set[str] = field(default_factory=set)
    """Names of the rollups that raw events stood in for."""

    def usage(self, rollup: Rollup, days: range) -> Subquery:
        """Rows with the rollup's keys and sums for `days`; several rows may share a key.

        While the rollup is being built these are the raw events: the same sums, more slowly.
        """
        if rollup.name in self.building:
            self.read_raw.add(rollup.name)
            return rows_of_events(rollup, events_in(days)).subquery()
        return union_all(rows_of_rollup(rollup, days), rows_of_pending(rollup, days)).subquery()


@contextmanager
def snapshot(database: Database, *, wide: bool = False) -> Iterator[Snapshot]:
    """A snapshot of what is committed now; `wide` adds up past 64 bits, more slowly."""
    engine = database.wide_readers if wide else database.readers
    with engine.connect() as connection:
        yield Snapshot(connection, not_ready(connection))


def read(database: Database, query: Callable[[Snapshot], Answer]) -> Answer:
    """What `query` answers from one snapshot, sums past 64 bits included."""
    try:
        with snapshot(database) as now:
            return query(now)
    except OperationalError as error:
        if "integer overflow" not in str(error.orig):
            raise
        with snapshot(database, wide=True) as now:
            return query(now)
