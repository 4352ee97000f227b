"""What a collector has read and not yet sent: kept on disk until the server acknowledges it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

from tokentally.models.event import SentEvent
from tokentally.sources.reading import Chunk, Cursor

AT_ONCE = 2_000
"""Events of one delivery; the server takes up to 10,000."""

_TABLES = """
CREATE TABLE IF NOT EXISTS cursor (
    source TEXT, path TEXT, identity TEXT NOT NULL, position INTEGER NOT NULL, state BLOB NOT NULL,
    PRIMARY KEY (source, path)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS delivery (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS refused (why TEXT NOT NULL, body BLOB NOT NULL) STRICT;
"""


class InUse(RuntimeError):
    """Another collector has this outbox open."""


class Waiting(NamedTuple):
    """A delivery that is to be sent: a JSON array of events."""

    id: int
    body: bytes

    @property
    def events(self) -> int:
        """How many events it has."""
        return len(msgspec.json.decode(self.body, type=list[msgspec.Raw]))


class Outbox:
    """Deliveries and cursors in one SQLite file, which one collector has open at a time.

    What a reader gave is stored together with the cursors that it leads to: whenever the collector
    ends, each call is either here or still to be read.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = sqlite3.connect(path, isolation_level=None, timeout=0)
        try:
            self._file.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._file.execute("PRAGMA journal_mode = WAL")
            self._file.execute("PRAGMA synchronous = FULL")
            self._file.executescript(_TABLES)
        except sqlite3.Error as error:
            self._file.close()
            if error.sqlite_errorname.startswith("SQLITE_BUSY"):
                raise InUse(f"{path}: {error}") from None
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def cursors(self, source: str) -> dict[str, Cursor]:
        """How far each file of a source was read."""
        rows = self._file.execute(
            "SELECT path, identity, position, state FROM cursor WHERE source = ?", (source,)
        )
        return {row[0]: Cursor(*row) for row in rows}

    def put(self, source: str, chunk: Chunk) -> None:
        """Keep what a reader gave."""
        cursors = [(source, c.path, c.identity, c.offset, c.state) for c in chunk.cursors]
        with self._transaction():
            for start in range(0, len(chunk.events), AT_ONCE):
                body = _body(chunk.events[start : start + AT_ONCE])
                self._file.execute("INSERT INTO delivery (body) VALUES (?)", (body,))
            self._file.executemany("INSERT OR REPLACE INTO cursor VALUES (?, ?, ?, ?, ?)", cursors)

    def oldest(self) -> Waiting | None:
        """The delivery that waits for the longest."""
        row = self._file.execute("SELECT id, body FROM delivery ORDER BY id LIMIT 1").fetchone()
        return None if row is None else Waiting(*row)

    def waiting(self) -> int:
        """How many deliveries wait."""
        [count] = self._file.execute("SELECT count(*) FROM delivery").fetchone()
        return int(count)

    def acknowledged(self, delivery: Waiting) -> None:
        """Forget a delivery that the server has stored."""
        self._file.execute("DELETE FROM delivery WHERE id = ?", (delivery.id,))

    def put_aside(self, delivery: Waiting, why: str) -> None:
        """Keep a delivery that the server will never take, out of the way of the others."""
        with self._transaction():
            self._file.execute("INSERT INTO refused VALUES (?, ?)", (why, delivery.body))
            self.acknowledged(delivery)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._file.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._file.in_transaction:  # SQLite itself ends one on a full disk
                self._file.execute("ROLLBACK")
            raise
        self._file.execute("COMMIT")


def _body(events: list[SentEvent]) -> bytes:
    return msgspec.json.encode(events)
