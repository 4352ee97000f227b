"""Reading and changing a database by plain SQL, with drivers alone: no code of the store's.

The SQL must be the same on every engine: names, joins, sums, and no parameters.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol, cast

import psycopg

ALL_ROWS = "-c tokentally.user_id=*"
"""Lets a connection to PostgreSQL see the rows of every user."""


class Plain(Protocol):
    """A connection as either driver has it; the answer has `fetchone`, `fetchall` and rows."""

    def execute(self, query: str, /) -> Any:
        """The answer to one statement."""

    def close(self) -> None:
        """Let go of the database."""


def address(database: Path | str) -> str:
    """The address of a SQLite file; what is one already stays as it is."""
    return database if isinstance(database, str) else f"sqlite:///{database}"


def file_of(url: str) -> Path:
    """The file that the address of a SQLite database names."""
    return Path(url.removeprefix("sqlite:///"))


@contextmanager
def opened(database: Path | str) -> Iterator[Plain]:
    """One snapshot of a database."""
    url = address(database)
    with closing(_connected(url)) as connection:
        postgresql = not url.startswith("sqlite")
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ" if postgresql else "BEGIN")
        yield connection


def change(database: Path | str, *statements: str) -> None:
    """Change a database by hand, as a defect would."""
    with closing(_connected(address(database))) as connection:
        for statement in statements:
            connection.execute(statement)


def rows(database: Path | str, query: str) -> list[tuple[Any, ...]]:
    """What a query finds in a database."""
    with opened(database) as connection:
        found: list[tuple[Any, ...]] = connection.execute(query).fetchall()
    return found


def tables(connection: Plain) -> set[str]:
    """The names of the tables that exist."""
    if isinstance(connection, sqlite3.Connection):
        query = "SELECT name FROM sqlite_schema WHERE type = 'table'"
    else:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    return {name for (name,) in connection.execute(query)}


def assert_sound(connection: Plain) -> None:
    """A SQLite file is not damaged; PostgreSQL looks after its own."""
    if isinstance(connection, sqlite3.Connection):
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def _connected(url: str) -> Plain:
    if url.startswith("sqlite"):
        return sqlite3.connect(file_of(url), isolation_level=None)
    return cast(Plain, psycopg_connection(url))


def psycopg_connection(url: str, *, options: str = ALL_ROWS) -> psycopg.Connection[Any]:
    """A connection of the driver's own, without transactions unless begun."""
    known = url.replace("postgresql+psycopg://", "postgresql://", 1)
    return psycopg.connect(known, autocommit=True, options=options)
