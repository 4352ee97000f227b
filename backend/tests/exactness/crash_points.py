"""Dies at a chosen point of one transaction: before its nth statement, or around its commit.

As a script it takes lines `POINT WORK ADDRESS` and does that work on that database in a process of
its own, which kills itself at the point; it answers how the process ended, 0 if it did not get
that far.
"""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count

from backend.tests.exactness.handle import Handle
from backend.tests.factories import SettableClock, event
from sqlalchemy import Engine
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
    "fold": lambda handle: handle.change_rollups(fold),
    "rebuild": lambda handle: handle.change_rollups(partial(rebuild_day, day=TODAY)),
}


IN_TRANSACTION = ("before_cursor_execute", "commit")
"""What SQLAlchemy calls the points: before each statement, and before the commit."""


def prepare(url: str) -> None:
    """Fill a database so that every kind of work has something to do."""
    handle = Handle(url, SettableClock())
    handle.send(EARLIER)
    handle.change_rollups(fold)
    handle.send(LATER)
    handle.close()


def die_at(
    engine: Engine, point: int, die: Callable[[], None], hooks: Sequence[str] = IN_TRANSACTION
) -> None:
    """Call `die` at the point of that number."""
    points = count(1)

    def step(*_: object) -> None:
        if next(points) == point:
            die()

    for hook in hooks:
        sa_event.listen(engine, hook, step)


def main() -> None:
    """Fork a process for each order."""
    for order in sys.stdin:
        point, work, url = order.split()
        child = os.fork()
        if not child:
            handle = Handle(url, SettableClock())
            die_at(handle.database.writer, int(point), _kill_self, (*IN_TRANSACTION, "checkin"))
            WORK[work](handle)
            os._exit(0)
        sys.stdout.write(f"{os.waitpid(child, 0)[1]}\n")
        sys.stdout.flush()


def _kill_self() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
