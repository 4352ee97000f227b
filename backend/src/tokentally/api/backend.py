"""What a running server holds: settings, clock, database, writer and answers kept for reuse."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection

from tokentally.api.kept import KeptAnswers
from tokentally.clock import Clock, utc_now
from tokentally.config import Settings
from tokentally.pricing.cost import cost_of
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

    def close(self) -> None:
        """Store what is queued, then close the database."""
        self.writer.stop()
        self.kept.close()
        self.database.close()


def open_backend(settings: Settings, clock: Clock = utc_now) -> Backend:
    """Open (and make or migrate) the database of `settings` and start its writer."""
    database = open_database(settings.database_url, synchronous=settings.sqlite_synchronous)
    migrate(database.writer)
    return Backend(
        settings=settings,
        clock=clock,
        database=database,
        writer=Writer(Door(database.writer, cost_of, clock)),
        kept=KeptAnswers(database),
    )
