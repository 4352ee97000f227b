"""Every point of an ingest, a fold and a rebuild at which a process can die."""

from collections.abc import Callable
from itertools import count

import pytest
from backend.tests.engines.engine import Engine
from backend.tests.engines.plain import assert_sound, opened
from backend.tests.exactness.crash_points import EARLIER, LATER, LATEST, WORK, prepare
from backend.tests.exactness.handle import Handle
from backend.tests.exactness.oracle import Oracle
from backend.tests.exactness.points import Points, naming, ordering
from backend.tests.exactness.stored import assert_exact, stored_events
from backend.tests.factories import NOW, SettableClock

pytestmark = pytest.mark.every_engine

works = pytest.mark.parametrize("work", WORK)


class Died(Exception):
    """Stands for the end of the process."""


@works
def test_an_error_at_any_statement_undoes_the_whole(work: str, engine: Engine) -> None:
    def died_at(number: int, url: str) -> str:
        handle = Handle(url, SettableClock())
        points = Points(handle.database.writer, number, _die)
        try:
            WORK[work](handle)
        except Died:
            return points.passed[-1]
        finally:
            handle.close()
        return ""

    assert deaths(engine, work, died_at) > 5


@works
def test_a_kill_at_any_point_undoes_the_whole(work: str, engine: Engine) -> None:
    with ordering("backend.tests.exactness.crash_points") as died_at:
        killed = deaths(engine, work, lambda number, url: died_at(number, work, url))

    assert killed > 5


def deaths(engine: Engine, work: str, died_at: Callable[[int, str], str]) -> int:
    """Die at one point after another, each time on a database of its own, until one is survived.

    Returns how many deaths there were.
    """
    for number in count(1):
        url = engine.fresh()
        prepare(url)
        point = died_at(number, url)
        with naming(f"{work} {point}"):
            assert_whole(url)
            if point:
                finish(url)
        engine.drop(url)
        if not point:
            return number - 1
    raise AssertionError


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


def _die(point: str) -> None:
    raise Died(point)
