"""The fold and the rebuild: their cost must grow with what is new, not with history."""

import random
from functools import partial
from statistics import median

from benchmarks.database import batches, database, door_to
from benchmarks.load import load
from benchmarks.measure import Figure, seconds
from tokentally.store.deliver import Delivery, deliver
from tokentally.store.exclusive import exclusively
from tokentally.store.fold import fold
from tokentally.store.rebuild import days_with_events, rebuild_day


def folds(small: str, large: str, rows: int) -> list[Figure]:
    """A fold of 1,000 new events on a database of 100,000, and on one of `rows`."""
    before, after = fold_ms(small), fold_ms(large)
    what = f"fold of 1,000 events on {rows:,} rows"
    return [Figure(what, after, "ms", "<= 10, <= 2x", "the same on 100,000 rows", after / before)]


def rebuild(url: str, rows: int) -> list[Figure]:
    """Every day of the database anew, a transaction a day."""
    with database(url) as opened:
        with opened.readers.connect() as connection:
            days = days_with_events(connection)
        times = [
            seconds(partial(exclusively, opened, partial(rebuild_day, day=day))) for day in days
        ]
    return [
        Figure(f"rebuild of {rows:,} events", sum(times), "s", "<= 30"),
        Figure("longest wait of ingest meanwhile", max(times), "s", "<= 1"),
    ]


def fold_ms(url: str) -> float:
    """The median time of a fold of 1,000 new events, in milliseconds."""
    with database(url) as opened:
        door = door_to(opened)
        times = []
        for batch in batches(load(400_000, ordered=True, seed=random.randrange(2**32)), 1_000, 9):
            deliver(door, [Delivery(batch)])
            times.append(1000 * seconds(lambda: exclusively(opened, fold)))
    return median(times)
