import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Thread

import pytest
from backend.tests.engines.plain import opened
from backend.tests.exactness.answers import Expected, answers
from backend.tests.exactness.oracle import Oracle
from backend.tests.exactness.stored import OF_DAYS, ROLLUPS, assert_exact, ready_rollups
from backend.tests.factories import NOW, SettableClock
from jobs.tests.conftest import Send
from jobs.tests.usage_rows import change, march, rows
from sqlalchemy import event as sa_event
from trials.programs import Zygote, environment, until

from tokentally.api.backend import Backend, open_backend
from tokentally.config import Settings
from tokentally.days import DayRange, iso_date
from tokentally.store.rollup_state import mark_ready, start_building
from tokentally_jobs.backfill import mend_missing_rollups, rebuild_days
from tokentally_jobs.fold import fold_pending

pytestmark = pytest.mark.every_engine

FIRST, LAST = iso_date("2024-03-01"), iso_date("2024-03-20")
assert FIRST
assert LAST
MARCH = DayRange(FIRST, LAST)

each_rollup = pytest.mark.parametrize("table", ROLLUPS)
TOTALS = "people_total_usage"


@pytest.fixture
def oracle(backend: Backend, send: Send, clock: SettableClock) -> Oracle:
    """Twenty days with usage; the last five are pending."""
    oracle = Oracle()
    for day in range(1, 21):
        if day == 16:
            fold_pending(backend)
        events = [march(day, event_id=f"{day}-{n}", user=f"user-{n}") for n in range(3)]
        send(*events)
        for sent in events:
            oracle.deliver(sent, clock())
    return oracle


def drop(database: str, *tables: str) -> None:
    for table in tables:
        change(database, f"DROP TABLE {table}")


def building(database: str) -> set[str]:
    with opened(database) as connection:
        return {*ROLLUPS} - {*ready_rollups(connection)}


def found(backend: Backend) -> object:
    return without_as_of(answers(backend.database, MARCH))


def expected(oracle: Oracle) -> object:
    return without_as_of(Expected(oracle, MARCH, {"Kettle", "Unassigned"}).answers())


def without_as_of(every: dict[str, dict[str, object]]) -> object:
    return {name: {**answer, "as_of": None} for name, answer in every.items()}


@each_rollup
def test_a_dropped_rollup_is_rebuilt_and_answers_stay_the_same(
    table: str, backend: Backend, oracle: Oracle, database_url: str
) -> None:
    drop(database_url, table)
    assert found(backend) == expected(oracle)

    mended = mend_missing_rollups(backend)

    assert mended
    assert building(database_url) == set()
    assert found(backend) == expected(oracle)
    assert_exact(database_url, oracle)
    assert not mend_missing_rollups(backend)


def test_all_may_be_missing(backend: Backend, oracle: Oracle, database_url: str) -> None:
    drop(database_url, *ROLLUPS)
    assert found(backend) == expected(oracle)

    mend_missing_rollups(backend)

    assert building(database_url) == set()
    assert_exact(database_url, oracle)


def test_the_fold_leaves_pending_rows_alone_while_a_rollup_is_missing(
    backend: Backend, oracle: Oracle, database_url: str
) -> None:
    drop(database_url, "model_daily_usage")
    pending = rows(database_url, "SELECT * FROM pending_usage")

    folded = fold_pending(backend)

    assert folded == 0
    assert rows(database_url, "SELECT * FROM pending_usage") == pending
    assert found(backend) == expected(oracle)


@pytest.mark.parametrize("table", OF_DAYS)
def test_a_mend_that_is_broken_off_at_any_commit_is_finished_by_the_next(
    table: str, backend: Backend, settings: Settings, oracle: Oracle, database_url: str
) -> None:
    drop(database_url, table)
    for commits in range(1, 24, 4):
        die_while_mending(settings, commits)
        assert table in building(database_url) <= {table, TOTALS}
        assert found(backend) == expected(oracle)

    assert mend_missing_rollups(backend)
    assert building(database_url) == set()
    assert_exact(database_url, oracle)


def test_a_mend_of_totals_is_broken_off_and_finished_in_the_same_way(
    backend: Backend, settings: Settings, oracle: Oracle, database_url: str
) -> None:
    drop(database_url, TOTALS)
    for commits in (1, 2):
        die_while_mending(settings, commits)
        assert building(database_url) == {TOTALS}
        assert found(backend) == expected(oracle)

    assert mend_missing_rollups(backend)
    assert building(database_url) == set()
    assert_exact(database_url, oracle)


def test_days_that_are_rebuilt_while_those_of_people_are_lost_are_in_the_totals_once(
    backend: Backend, oracle: Oracle, database_url: str
) -> None:
    drop(database_url, "people_daily_usage")
    backend.change_rollups(partial(start_building, names=frozenset({"people_daily_usage"})))

    rebuild_days(backend, MARCH.numbers, lambda _: None)
    backend.change_rollups(partial(mark_ready, names=frozenset({"people_daily_usage"})))

    assert building(database_url) == set()
    assert_exact(database_url, oracle)


def test_two_processes_may_mend_at_the_same_time_while_events_come(
    backend: Backend, settings: Settings, send: Send, oracle: Oracle, database_url: str
) -> None:
    drop(database_url, *ROLLUPS)
    other = open_backend(settings, SettableClock())
    mends = [Thread(target=mend_missing_rollups, args=[one]) for one in (backend, other)]

    for mend in mends:
        mend.start()
    for number in range(10):
        sent = march(1 + number, event_id=f"meanwhile-{number}")
        send(sent)
        oracle.deliver(sent, NOW)
        assert found(backend) == expected(oracle)
    for mend in mends:
        mend.join()

    assert building(database_url) == set()
    assert_exact(database_url, oracle)
    fold_pending(other)
    assert_exact(database_url, oracle)
    other.close()


def test_a_worker_that_is_killed_in_the_middle_is_relieved_by_another(
    oracle: Oracle, database_url: str, tmp_path: Path, backend: Backend
) -> None:
    drop(database_url, *ROLLUPS)
    env = environment(database_url, fold_interval_seconds=0.05)
    with Zygote() as zygote:
        first = zygote.launch(["worker"], env, tmp_path / "first.log")
        until(
            lambda: "building" in str(rows(database_url, "SELECT state FROM rollup_state")),
            "nobody began",
        )
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        second = zygote.launch(["worker"], env, tmp_path / "second.log")
        until(lambda: not building(database_url), second.said())
        second.kill()

    assert found(backend) == expected(oracle)
    assert_exact(database_url, oracle)


class Died(Exception):
    """The process ends here."""


def die_while_mending(settings: Settings, commits: int) -> None:
    other = open_backend(settings, SettableClock())
    sa_event.listen(other.database.writer, "commit", failing_after(commits, Died))
    with pytest.raises(Died):
        mend_missing_rollups(other)
    other.close()


def failing_after(commits: int, error: type[Exception]) -> Callable[[object], None]:
    left = [commits]

    def on_commit(_connection: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise error

    return on_commit
