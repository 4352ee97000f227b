"""What a running server holds: settings, clock, database, writer and answers kept for reuse."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection

from tokentally.api.kept import KeptAnswers
from tokentally.clock import Clock, utc_now
from tokentally.config import Settings
from tokentally.pricing.book import open_book
from tokentally.store.deliver import Door
from tokentally.store.engine import Database, open_database
from tokentally.store.exclusive import exclusively
from tokentally.store.schema import migrate
from tokentally.store.writer import Writer

Result = TypeVar("Result")


@dataclass(frozen=True)
class Backend:
    """The parts that requests need; `close` finishes what is queued and lets go of the database."""

    settings: Settings
    clock: Clock
    database: Database
    writer: Writer
    kept: KeptAnswers

    def change_rollups(self, work: Callable[[Connection], Result], *, wait: bool = True) -> Result:
        """What `work` returns, run in an `exclusive` transaction; raises `RollupsBusy` if it may
        not `wait` for another process.
        """
        if self.database.exclusive is self.database.writer:  # then the writer's queue is fairer
            done: Future[Result] = self.writer.run(work)
            return done.result()
        return exclusively(self.database, work, wait=wait)

    def door(self) -> Door:
        """A way in for events that don't go through the writer's queue; for one thread."""
        return door_to(self.database, self.settings, self.clock)

    def close(self) -> None:
        """Store what is queued, then close the database."""
        self.writer.stop()
        self.kept.close()
        self.database.close()


def door_to(database: Database, settings: Settings, clock: Clock) -> Door:
    """A way into a database, at the prices that the settings want."""
    return Door(database.writer, open_book(settings, clock).at, clock)


def open_backend(settings: Settings, clock: Clock = utc_now) -> Backend:
    """Open (and make or migrate) the database of `settings` and start its writer."""
    database = open_database(settings.database_url, synchronous=settings.sqlite_synchronous)
    try:
        migrate(database.writer)
    except Exception:
        database.close()
        raise
    return Backend(
        settings=settings,
        clock=clock,
        database=database,
        writer=Writer([door_to(database, settings, clock) for _ in range(database.writers)]),
        kept=KeptAnswers(database),
    )
