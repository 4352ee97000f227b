"""Works of one transaction, in which a process can die at every point.

As a script it takes lines `POINT WORK ADDRESS` and does that work on that database in a process of
its own, which kills itself at the point.
"""

from collections.abc import Callable
from functools import partial

from backend.tests.exactness.handle import Handle
from backend.tests.exactness.points import Points, kill_self, take_orders
from backend.tests.factories import SettableClock, event

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


def prepare(url: str) -> None:
    """Fill a database so that every kind of work has something to do."""
    handle = Handle(url, SettableClock())
    handle.send(EARLIER)
    handle.change_rollups(fold)
    handle.send(LATER)
    handle.close()


def die_in(point: int, given: list[str]) -> None:
    """Do a work on a database, and die on the way."""
    work, url = given
    handle = Handle(url, SettableClock())
    Points(handle.database.writer, point, kill_self, after_commits=True)
    WORK[work](handle)


if __name__ == "__main__":
    take_orders(die_in)
