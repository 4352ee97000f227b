"""A deletion and a retirement killed at every point: nothing is wrong between, and they go on."""

from collections.abc import Iterator

import pytest
from backend.tests.engines.engine import Engine
from backend.tests.engines.plain import assert_sound, opened, rows
from backend.tests.exactness.oracle import Oracle
from backend.tests.exactness.points import AFTER_COMMIT, Points, naming, ordering
from backend.tests.exactness.stored import (
    DAY,
    ROLLUPS,
    assert_exact,
    assert_rollups_agree,
    expected_sums,
    stored_events,
    stored_sums,
)
from backend.tests.factories import NOW
from backend.tests.faults.works import (
    DELETED,
    FIRST_KEPT,
    FOLDED,
    PENDING,
    WORKS,
    opened_backend,
    prepare,
)

from tokentally.days import day_number, iso_date

pytestmark = [pytest.mark.every_engine, pytest.mark.timeout(600)]


@pytest.mark.parametrize("work", WORKS)
def test_a_kill_at_any_point_leaves_sums_right_and_the_work_goes_on(
    work: str, engine: Engine
) -> None:
    points = points_of(work, engine)
    assert len(points) > 10
    with ordering("backend.tests.faults.works") as died_at:
        for number, point in telling(points):
            url = engine.fresh()
            prepare(url)
            with naming(f"{work} {point}"):
                assert died_at(number, work, url) == point
                BETWEEN[work](url)
                do(work, url)
                AT_THE_END[work](url)
            engine.drop(url)


def telling(points: list[str]) -> Iterator[tuple[int, str]]:
    """The first point of each kind, and every end of a transaction, with their numbers."""
    seen = {"BEGIN"}
    for number, point in enumerate(points, 1):
        kind = point.partition(": ")[2]
        if kind not in seen or kind == AFTER_COMMIT:
            seen.add(kind)
            yield number, point


def points_of(work: str, engine: Engine) -> list[str]:
    """The names of all points, from a run that nothing ends."""
    url = engine.fresh()
    prepare(url)
    points = do(work, url)
    AT_THE_END[work](url)
    engine.drop(url)
    return points


def do(work: str, url: str) -> list[str]:
    backend = opened_backend(url)
    points = Points(backend.database.writer, after_commits=True)
    WORKS[work](backend)
    passed = list(points.passed)
    backend.close()
    return passed


def deleted_in_part(url: str) -> None:
    """Others keep everything; whatever is left of the deleted one is whole and counted."""
    with opened(url) as connection:
        assert_sound(connection)
        stored = stored_events(connection)
    everything = sent()
    others = {of for of in everything.events if of.user != DELETED}
    assert others <= stored.keys()
    everything.events = {of: kept for of, kept in everything.events.items() if of in stored}
    assert_exact(url, everything)


def deleted(url: str) -> None:
    everything = sent()
    everything.events = {of: kept for of, kept in everything.events.items() if of.user != DELETED}
    assert_exact(url, everything)
    assert rows(url, "SELECT name FROM app_user") == [("grace",)]


def retired_in_part(url: str) -> None:
    """Rollups still hold everything; what is gone of the events is old, and its day sealed."""
    everything = sent()
    with opened(url) as connection:
        assert_sound(connection)
        stored = stored_events(connection)
        for table in ROLLUPS:
            found = stored_sums(connection, table, pending=True)
            assert found == expected_sums(everything, table), table
        assert_rollups_agree(connection)
        sealed = {day for (day,) in connection.execute("SELECT day FROM sealed_day")}
    gone = everything.events.keys() - stored.keys()
    assert {everything.events[of].at // DAY for of in gone} <= sealed
    assert stored == {of: kept for of, kept in everything.events.items() if of in stored}


def retired(url: str) -> None:
    retired_in_part(url)
    first = iso_date(FIRST_KEPT)
    assert first
    with opened(url) as connection:
        days = {kept.at // DAY for kept in stored_events(connection).values()}
    assert min(days) == day_number(first)


BETWEEN = {"delete": deleted_in_part, "retire": retired_in_part}
AT_THE_END = {"delete": deleted, "retire": retired}


def sent() -> Oracle:
    oracle = Oracle()
    for one in FOLDED + PENDING:
        oracle.deliver(one, NOW)
    return oracle
