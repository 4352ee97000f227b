"""SQLite files: connections, transactions and their settings."""

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event

from tokentally.store.database import Database, StoreUnavailable, UnsupportedDatabase

PAGES_BEFORE_CHECKPOINT = 8_000
BUSY_TIMEOUT_MS = 30_000


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


class ChangedFile:
    """Counts the changes of a file; asking takes microseconds, so it is done where it is needed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened = _file_identity(path)
        self._connection = _connect(path)

    async def count(self) -> int:
        """A number that differs after every committed change."""
        _refuse_another_file(self._path, self._opened)
        try:
            number: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        except sqlite3.Error as error:
            raise StoreUnavailable("the database is unavailable") from error
        return number

    def close(self) -> None:
        """Close the connection that watches."""
        self._connection.close()


def open_sqlite(url: URL, *, synchronous: str) -> Database:
    """Engines for the file that `url` names, which is made if it is missing."""
    if not url.database or url.database == ":memory:":
        raise UnsupportedDatabase(
            "TOKENTALLY_DATABASE_URL must name a file: sqlite:///tokentally.db"
        )
    path = Path(url.database).expanduser().absolute()
    try:
        path.touch()
    except OSError as error:
        raise UnsupportedDatabase(f"the database {path} can't be made: {error.strerror}") from None

    def engine(begin: str, cache_kib: int, *, wide: bool = False) -> Engine:
        return _engine(path, begin, cache_kib, synchronous=synchronous, wide=wide)

    writer = engine("BEGIN IMMEDIATE", 48_000)
    return Database(
        readers=engine("BEGIN", 8_000),
        writer=writer,
        exclusive=writer,
        wide_readers=engine("BEGIN", 2_000, wide=True),
        changes=lambda: ChangedFile(path),
        path=path,
    )


def _engine(path: Path, begin: str, cache_kib: int, *, synchronous: str, wide: bool) -> Engine:
    opened = _file_identity(path)

    def connect() -> sqlite3.Connection:
        return _connect(path)

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
        hide_parameters=True,
    )
    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    return engine


def _connect(path: Path) -> sqlite3.Connection:
    """A connection to a file that exists: SQLite must not make a new one in place of a lost one."""
    return sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True, check_same_thread=False)


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
