"""The fold and the rebuild: their cost must grow with what is new, not with history."""

from pathlib import Path
from statistics import median

from benchmarks.database import batches, database, door_to
from benchmarks.load import load
from benchmarks.measure import Figure, seconds
from tokentally.store.deliver import Delivery, deliver
from tokentally.store.engine import Database
from tokentally.store.fold import fold
from tokentally.store.rebuild import days_with_events, rebuild_day


def folds(small: Path, large: Path, rows: int) -> list[Figure]:
    """A fold of 1,000 new events on a database of 100,000, and on one of `rows`."""
    before, after = _fold_ms(small), _fold_ms(large)
    what = f"fold of 1,000 events on {rows:,} rows"
    return [Figure(what, after, "ms", "<= 10, <= 2x", "the same on 100,000 rows", after / before)]


def rebuild(path: Path, rows: int) -> list[Figure]:
    """Every day of the database anew, a transaction a day."""
    with database(path) as opened:
        with opened.readers.connect() as connection:
            days = days_with_events(connection)
        times = [seconds(lambda day=day: _rebuild(opened, day)) for day in days]  # type: ignore[misc]
    return [
        Figure(f"rebuild of {rows:,} events", sum(times), "s", "<= 30"),
        Figure("longest wait of ingest meanwhile", max(times), "s", "<= 1"),
    ]


def _fold_ms(path: Path) -> float:
    with database(path) as opened:
        door = door_to(opened)
        times = []
        for batch in batches(load(400_000, ordered=True, seed=path.stat().st_size), 1_000, 9):
            deliver(door, [Delivery(batch)])
            times.append(1000 * seconds(lambda: _fold(opened)))
    return median(times)


def _fold(opened: Database) -> None:
    with opened.writer.begin() as connection:
        fold(connection)


def _rebuild(opened: Database, day: int) -> None:
    with opened.writer.begin() as connection:
        rebuild_day(connection, day)
