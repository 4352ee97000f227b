"""Databases of synthetic events, made through the store."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from benchmarks.load import load
from tokentally.clock import utc_now
from tokentally.config import Settings
from tokentally.models.event import Event
from tokentally.pricing.book import open_book
from tokentally.store.deliver import Delivery, Door, deliver
from tokentally.store.engine import Database, open_database
from tokentally.store.exclusive import exclusively
from tokentally.store.fold import fold
from tokentally.store.schema import migrate


def file_url(path: Path) -> str:
    """The address of a SQLite file."""
    return f"sqlite:///{path}"


@contextmanager
def database(url: str, *, synchronous: str = "FULL") -> Iterator[Database]:
    """The database at `url`, with its schema."""
    opened = open_database(url, synchronous=synchronous)
    migrate(opened.writer)
    yield opened
    opened.close()


def door_to(opened: Database) -> Door:
    """What delivering into `opened` needs."""
    return Door(opened.writer, open_book(Settings(_env_file=None), utc_now).at, utc_now)


def fill_file(path: Path, count: int) -> None:
    """Make a folded file of `count` events; keeps one that has been made before."""
    if path.exists():
        return
    part = path.with_suffix(".part")
    fill(file_url(part), count)
    with sqlite3.connect(part) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    part.rename(path)


def fill(url: str, count: int) -> None:
    """Put `count` events, folded, into a database."""
    with database(url, synchronous="NORMAL") as opened:
        door = door_to(opened)
        events = load(count, ordered=True)
        while some := list(islice(events, 10_000)):
            deliver(door, [Delivery(some)])
            exclusively(opened, fold)


def batches(events: Iterator[Event], size: int, count: int) -> list[list[Event]]:
    """The first `count` batches of `events`."""
    return [list(islice(events, size)) for _ in range(count)]
