"""Opening the database: connections, transactions and their settings."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

PAGES_BEFORE_CHECKPOINT = 8_000
BUSY_TIMEOUT_MS = 30_000


class UnsupportedDatabase(ValueError):
    """`DATABASE_URL` names something that Tokentally can't use; the message says what it can."""


class StoreUnavailable(RuntimeError):
    """The database can't be used now; nothing was stored, and all of it may be sent again."""


class _ExactSum:
    """`sum()` in Python integers, for results past 64 bits: those come back as text."""

    def __init__(self) -> None:
        self.total: int | None = None

    def step(self, value: int | str | None) -> None:
        if value is not None:
            self.total = (self.total or 0) + int(value)

    def finalize(self) -> int | str | None:
        fits = self.total is None or -(2**63) <= self.total < 2**63
        return self.total if fits else str(self.total)


@dataclass(frozen=True)
class Database:
    """The engines of one database.

    `readers`: every transaction is one snapshot. `writer`: every transaction holds the write lock
    from its start. `wide_readers`: like `readers`, with a slower `sum()` that can't overflow.
    """

    readers: Engine
    writer: Engine
    wide_readers: Engine
    path: Path

    def close(self) -> None:
        """Close all pooled connections."""
        for engine in (self.readers, self.writer, self.wide_readers):
            engine.dispose()


class ChangeCounter:
    """A number that differs after every committed change of the database, cheap to ask for."""

    def __init__(self, database: Database) -> None:
        self._path = database.path
        self._opened = _file_identity(database.path)
        self._connection = _connect(database.path, check_same_thread=False)

    def count(self) -> int:
        """The number now; not safe from two threads at a time."""
        _refuse_another_file(self._path, self._opened)
        try:
            number: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        except sqlite3.Error as error:
            raise StoreUnavailable("the database is unavailable") from error
        return number

    def close(self) -> None:
        """Close the connection that watches."""
        self._connection.close()


def open_database(url: str, *, synchronous: str = "FULL") -> Database:
    """Engines for `url` (`sqlite:///file.db`); raises `UnsupportedDatabase` for anything else."""
    path = _sqlite_file(url)
    try:
        path.touch()
    except OSError as error:
        raise UnsupportedDatabase(f"the database {path} can't be made: {error.strerror}") from None

    def engine(begin: str, cache_kib: int, *, wide: bool = False) -> Engine:
        return _sqlite_engine(path, begin, cache_kib, synchronous=synchronous, wide=wide)

    return Database(
        readers=engine("BEGIN", 8_000),
        writer=engine("BEGIN IMMEDIATE", 48_000),
        wide_readers=engine("BEGIN", 2_000, wide=True),
        path=path,
    )


def _sqlite_file(url: str) -> Path:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise UnsupportedDatabase(
            f"DATABASE_URL {url!r} is no database address; sqlite:///tokentally.db is one"
        ) from None
    if parsed.get_backend_name() != "sqlite":
        raise UnsupportedDatabase(
            f"DATABASE_URL names {parsed.get_backend_name()!r}; this version stores in SQLite "
            "(sqlite:///tokentally.db)"
        )
    if not parsed.database or parsed.database == ":memory:":
        raise UnsupportedDatabase("DATABASE_URL must name a file: sqlite:///tokentally.db")
    return Path(parsed.database).expanduser().absolute()


def _sqlite_engine(
    path: Path, begin: str, cache_kib: int, *, synchronous: str, wide: bool
) -> Engine:
    opened = _file_identity(path)

    def connect() -> sqlite3.Connection:
        return _connect(path, check_same_thread=False)

    def on_connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin where `on_begin` says, not later
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            f"cache_size=-{cache_kib}",
            f"wal_autocheckpoint={PAGES_BEFORE_CHECKPOINT}",
            f"journal_size_limit={PAGES_BEFORE_CHECKPOINT * 4096}",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")
        if wide:
            connection.create_aggregate("sum", 1, _ExactSum)  # type: ignore[arg-type]

    def on_begin(connection: Connection) -> None:
        _refuse_another_file(path, opened)
        connection.exec_driver_sql(begin)

    engine = create_engine(
        "sqlite://",
        creator=connect,
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=8,
        pool_timeout=10,
    )
    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    return engine


def _connect(path: Path, *, check_same_thread: bool) -> sqlite3.Connection:
    """A connection to a file that exists: SQLite must not make a new one in place of a lost one."""
    return sqlite3.connect(
        f"file:{quote(str(path))}?mode=rw", uri=True, check_same_thread=check_same_thread
    )


def _refuse_another_file(path: Path, opened: tuple[int, int] | None) -> None:
    """An open file that was deleted can still be read and written, by nobody else ever seen."""
    if _file_identity(path) != opened:
        raise StoreUnavailable("the database file was moved, deleted or replaced")


def _file_identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
