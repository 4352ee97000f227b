"""Every point of an ingest, a fold and a rebuild at which a process can die."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from backend.tests.engines.engine import Engine
from backend.tests.engines.plain import assert_sound, opened
from backend.tests.exactness.crash_points import EARLIER, LATER, LATEST, WORK, die_at, prepare
from backend.tests.exactness.handle import Handle
from backend.tests.exactness.oracle import Oracle
from backend.tests.exactness.stored import assert_exact, stored_events
from backend.tests.factories import NOW, SettableClock

pytestmark = pytest.mark.every_engine

ROOT = Path(__file__).parents[3]
works = pytest.mark.parametrize("work", WORK)


class Died(Exception):
    """Stands for the end of the process."""


@works
def test_an_error_at_any_statement_undoes_the_whole(work: str, engine: Engine) -> None:
    def survives(point: int, url: str) -> bool:
        handle = Handle(url, SettableClock())
        die_at(handle.database.writer, point, _die)
        try:
            WORK[work](handle)
        except Died:
            return False
        finally:
            handle.close()
        return True

    assert deaths(engine, survives) > 5


@works
def test_a_kill_at_any_point_undoes_the_whole(work: str, engine: Engine) -> None:
    with killing() as how_it_ended:
        killed = deaths(engine, lambda point, url: not how_it_ended(f"{point} {work} {url}"))

    assert killed > 5


def deaths(engine: Engine, survives: Callable[[int, str], bool]) -> int:
    """Die at one point after another, each time on a copy of one database, until one is survived.

    Returns how many deaths there were.
    """
    prepared = engine.fresh()
    prepare(prepared)
    for point in count(1):
        url = engine.copy(prepared)
        alive = survives(point, url)
        assert_whole(url)
        if not alive:
            finish(url)
        engine.drop(url)
        if alive:
            engine.drop(prepared)
            return point - 1
    raise AssertionError


@contextmanager
def killing() -> Iterator[Callable[[str], int]]:
    """Orders for the script, each answered by how its process ended."""
    script = subprocess.Popen(
        [sys.executable, "-m", "backend.tests.exactness.crash_points"],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def ordered(order: str) -> int:
        assert script.stdin is not None
        assert script.stdout is not None
        script.stdin.write(f"{order}\n")
        script.stdin.flush()
        return int(script.stdout.readline())

    yield ordered
    script.communicate()
    assert script.returncode == 0


def assert_whole(url: str) -> None:
    """All sums are right, and the last delivery is stored as a whole or not at all."""
    before, after = after_deliveries(EARLIER, LATER), after_deliveries(EARLIER, LATER, LATEST)
    with opened(url) as connection:
        assert_sound(connection)
        stored = stored_events(connection)
    assert stored in (before.events, after.events)
    assert_exact(url, before if stored == before.events else after)


def finish(url: str) -> None:
    """The next process sends the last delivery (again) and folds."""
    handle = Handle(url, SettableClock())
    for work in ("ingest", "fold"):
        WORK[work](handle)
    handle.close()
    assert_exact(url, after_deliveries(EARLIER, LATER, LATEST))


def after_deliveries(*batches: list[dict[str, object]]) -> Oracle:
    oracle = Oracle()
    for batch in batches:
        for sent in batch:
            oracle.deliver(sent, NOW)
    return oracle


def _die() -> None:
    raise Died
