"""What an open database is, whichever engine holds it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Engine, event

OWNER = "tokentally_owner"
"""The option of an engine that names the user whose rows its transactions may see."""


class UnsupportedDatabase(ValueError):
    """`DATABASE_URL` names something that Tokentally can't use; the message says what it can."""


class StoreUnavailable(RuntimeError):
    """The database can't be used now; nothing was stored, and all of it may be sent again."""


class Changes(Protocol):
    """Watches a database for changes; used from one event loop only."""

    async def count(self) -> int:
        """A number that differs after every commit that changed an answer before the call."""

    def close(self) -> None:
        """Let go of the database."""


@dataclass(frozen=True)
class Database:
    """The engines of one database, and how many threads of a process write to it best.

    `readers`: every transaction is one snapshot. `writer`: transactions that store; on SQLite one
    at a time. `exclusive`: transactions that change rollups (`tokentally.store.exclusive`).
    `wide_readers`: like `readers`, with a `sum()` that can't overflow. `changes` makes a watcher.
    `path`: the file, if it is one.
    """

    readers: Engine
    writer: Engine
    exclusive: Engine
    wide_readers: Engine
    changes: Callable[[], Changes]
    writers: int = 1
    path: Path | None = None

    def close(self) -> None:
        """Close all connections: those in pools at once, those in use when they are given back."""
        for engine in (self.readers, self.writer, self.exclusive, self.wide_readers):
            event.listen(engine.pool, "checkin", _close)
            engine.dispose()


def _close(connection: Any, _record: object) -> None:
    if connection is not None:  # which it is when it was lost
        connection.close()


def of_user(engine: Engine, user_id: int) -> Engine:
    """`engine`, with transactions that see and write rows of this user alone.

    Row-level security of PostgreSQL sees to that; SQLite has none, and leaves it to the queries.
    """
    return engine.execution_options(**{OWNER: str(user_id)})
