"""Databases of synthetic events, made through the store."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from benchmarks.load import load
from tokentally.clock import utc_now
from tokentally.models.event import Event
from tokentally.pricing.cost import cost_of
from tokentally.store.deliver import Delivery, Door, deliver
from tokentally.store.engine import Database, open_database
from tokentally.store.fold import fold
from tokentally.store.schema import migrate


@contextmanager
def database(path: Path, *, synchronous: str = "FULL") -> Iterator[Database]:
    """The database at `path`, made if it is not there."""
    opened = open_database(f"sqlite:///{path}", synchronous=synchronous)
    migrate(opened.writer)
    yield opened
    opened.close()


def door_to(opened: Database) -> Door:
    """What delivering into `opened` needs."""
    return Door(opened.writer, cost_of, utc_now)


def fill(path: Path, count: int, *, ordered: bool = True) -> None:
    """Make a folded database of `count` events; keeps one that has been made before."""
    if path.exists():
        return
    part = path.with_suffix(".part")
    with database(part, synchronous="NORMAL") as opened:
        door = door_to(opened)
        events = load(count, ordered=ordered)
        while some := list(islice(events, 10_000)):
            deliver(door, [Delivery(some)])
            with opened.writer.begin() as connection:
                fold(connection)
    with sqlite3.connect(part) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    part.rename(path)


def batches(events: Iterator[Event], size: int, count: int) -> list[list[Event]]:
    """The first `count` batches of `events`."""
    return [list(islice(events, size)) for _ in range(count)]
