"""Dies at a chosen point of one transaction: before its nth statement, or around its commit.

As a script it makes every point once, each in a process of its own that kills itself:
`crash_points.py WORK DATABASE FOLDER` leaves a copy of the database for each point in FOLDER.
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from backend.tests.exactness.handle import Handle
from backend.tests.factories import SettableClock, event
from sqlalchemy import Connection, Engine
from sqlalchemy import event as sa_event

from tokentally.days import day_number
from tokentally.store.fold import fold
from tokentally.store.rebuild import rebuild_day

TODAY = day_number(SettableClock().now.date())
EARLIER = [
    event(event_id="a", occurred_at="2026-11-21T10:15:00+00:00", team="Kettle", cost_usd="1"),
    event(event_id="b", occurred_at="2026-11-21T23:59:59+00:00", user="ada"),
    event(event_id="c", occurred_at="2026-11-20T00:00:00+00:00", model="gpt-4.1"),
]
"""Folded before."""
LATER = [
    event(event_id="a", occurred_at="2026-11-20T10:15:00+00:00", team="Teapot", revision=1),
    event(event_id="d", occurred_at="2026-11-21T10:16:00+00:00", model="gpt-4.1", user="grace"),
]
"""Pending, one of them a revision that moves an event to another day."""
LATEST = [
    event(event_id="e", occurred_at="2026-11-21T00:00:00+00:00", model="new", team="New"),
    event(event_id="b", occurred_at="2026-11-21T23:59:59+00:00", user="ada", output_tokens=9_999),
    event(event_id="f", occurred_at="2026-11-19T00:00:00+00:00", cost_usd="1000000"),
]
"""Arriving when the process dies in an ingest."""

WORK: dict[str, Callable[[Handle], object]] = {
    "ingest": lambda handle: handle.send(LATEST),
    "fold": lambda handle: handle.write(fold),
    "rebuild": lambda handle: handle.write(lambda connection: rebuild_day(connection, TODAY)),
}


def prepare(path: Path) -> None:
    """Fill a database so that every kind of work has something to do."""
    handle = Handle(path, SettableClock())
    handle.send(EARLIER)
    handle.write(fold)
    handle.send(LATER)
    handle.close()


def die_at(engine: Engine, point: int, die: Callable[[], None]) -> list[int]:
    """Call `die` at the point of that number; the list holds the number of points passed."""
    passed = [0]

    def step() -> None:
        passed[0] += 1
        if passed[0] == point:
            die()

    def on_statement(*_: object) -> None:
        step()

    def on_commit(_connection: Connection) -> None:
        step()

    sa_event.listen(engine, "before_cursor_execute", on_statement)
    sa_event.listen(engine, "commit", on_commit)
    sa_event.listen(engine, "checkin", on_statement)
    return passed


def main(work: str, database: Path, folder: Path) -> None:
    """Fork a process for each point until one gets through alive."""
    for point in range(1, 1_000):
        path = Path(shutil.copy(database, folder / f"{point}.db"))
        child = os.fork()
        if not child:
            handle = Handle(path, SettableClock())
            die_at(handle.database.writer, point, _kill_self)
            WORK[work](handle)
            os._exit(0)
        if os.waitpid(child, 0)[1] == 0:
            path.unlink()
            return


def _kill_self() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
