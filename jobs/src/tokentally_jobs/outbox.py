"""What a collector has read and not yet sent: kept on disk until the server acknowledges it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

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
        return len(_events_in(self.body))


class Refused(NamedTuple):
    """A delivery that the server refused, and why."""

    why: str
    events: int


class Outbox:
    """Deliveries and cursors in one SQLite file, which one collector has open at a time.

    What a reader gave is stored together with the cursors that it leads to: whenever the collector
    ends, each call is either here or still to be read.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._held = _held(path)
        self._file = sqlite3.connect(path, isolation_level=None)
        try:
            self._file.execute("PRAGMA journal_mode = WAL")
            self._file.execute("PRAGMA synchronous = FULL")
            self._file.executescript(_TABLES)
        except sqlite3.Error:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        self._held.close()

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
                self._add(msgspec.json.encode(chunk.events[start : start + AT_ONCE]))
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

    def split(self, delivery: Waiting) -> None:
        """Put two deliveries of half the events each in the place of one."""
        events = _events_in(delivery.body)
        half = len(events) // 2
        with self._transaction():
            self.acknowledged(delivery)
            for part in (events[:half], events[half:]):
                self._add(msgspec.json.encode(part))

    def put_aside(self, delivery: Waiting, why: str) -> None:
        """Keep a delivery that the server will never take, out of the way of the others."""
        with self._transaction():
            self._file.execute("INSERT INTO refused VALUES (?, ?)", (why, delivery.body))
            self.acknowledged(delivery)

    def _add(self, body: bytes) -> None:
        self._file.execute("INSERT INTO delivery (body) VALUES (?)", (body,))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._file:
            self._file.execute("BEGIN IMMEDIATE")
            yield


def refused(path: Path) -> list[Refused]:
    """What was put aside in an outbox, which a collector may have open; the oldest first."""
    if not path.exists():
        return []
    with closing(sqlite3.connect(path)) as file:
        rows = file.execute("SELECT why, body FROM refused ORDER BY rowid").fetchall()
    return [Refused(why, len(_events_in(body))) for why, body in rows]


def retry_refused(path: Path) -> int:
    """Let what was put aside wait to be sent again; returns how many deliveries."""
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("INSERT INTO delivery (body) SELECT body FROM refused ORDER BY rowid")
        return file.execute("DELETE FROM refused").rowcount


def _held(path: Path) -> sqlite3.Connection:
    """A lock on the outbox, until it is closed; raises `InUse`."""
    lock = sqlite3.connect(path.with_suffix(".lock"), isolation_level=None, timeout=0)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        lock.close()
        if error.sqlite_errorname.startswith("SQLITE_BUSY"):
            raise InUse(f"{path}: {error}") from None
        raise
    return lock


def _events_in(body: bytes) -> list[msgspec.Raw]:
    return msgspec.json.decode(body, type=list[msgspec.Raw])
