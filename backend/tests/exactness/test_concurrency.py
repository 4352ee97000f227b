"""Several processes and jobs at the same time: no answer changes, nothing is refused."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from backend.tests.engines.plain import rows
from backend.tests.exactness.answers import Expected, answers, whole
from backend.tests.exactness.handle import Handle
from backend.tests.exactness.oracle import Oracle
from backend.tests.exactness.stored import assert_exact
from backend.tests.factories import SettableClock, event
from trials.concurrency import run_concurrency
from trials.programs import Zygote, until

from tokentally.api.backend import Backend, open_backend
from tokentally.config import Settings
from tokentally.days import DayRange
from tokentally_jobs.backfill import days_between, rebuild_days
from tokentally_jobs.fold import fold_pending
from tokentally_jobs.scheduler import start_scheduler

PAST = DayRange(date(2026, 11, 1), date(2026, 11, 10))
NOW_ON = whole(date(2026, 11, 11), date(2026, 11, 21))
EVERYTHING = DayRange(PAST.first, NOW_ON.last)
TEAMS = ["Kettle", "Teapot"]


@pytest.mark.timeout(300)
def test_two_servers_under_load_fold_once_and_refuse_nothing(
    tmp_path: Path, zygote: Zygote
) -> None:
    report = run_concurrency(tmp_path, 8, zygote)

    assert report.acknowledged > 0
    assert report.answers > 0


@pytest.mark.every_engine
def test_answers_never_change_while_days_are_rebuilt(
    backend: Backend, settings: Settings, clock: SettableClock, database_url: str
) -> None:
    oracle = Oracle()
    handle = Handle(database_url, clock)
    for batch in batches("old", PAST, 12):
        send(handle, oracle, batch, clock)
    fold_pending(backend)
    expected_past = past_answers(oracle)

    with rebuilding(settings, clock) as rounds:
        for batch in batches("new", EVERYTHING, 15):
            send(handle, oracle, [one for one in batch if one["occurred_at"] > "2026-11-11"], clock)
            assert answers(handle.database, NOW_ON) == expected(oracle, NOW_ON)
            found = answers(handle.database, PAST)
            assert without_as_of(found) == expected_past
        until(lambda: rounds[0] > 2, "the days were not rebuilt")

    assert_exact(database_url, oracle)
    handle.close()


@pytest.mark.every_engine
@pytest.mark.parametrize("schedulers", [0, 1, 2])
def test_a_dead_or_a_doubled_scheduler_changes_no_answer(
    schedulers: int, settings: Settings, clock: SettableClock, database_url: str
) -> None:
    often = settings.model_copy(update={"fold_interval_seconds": 0.02})
    oracle = Oracle()
    handle = Handle(database_url, clock)

    with ExitStack() as stack:
        for _ in range(schedulers):
            stack.enter_context(scheduled(often, clock))
        for batch in [*batches("a", EVERYTHING, 10), *batches("a", EVERYTHING, 5, revision=1)]:
            send(handle, oracle, batch, clock)
            assert answers(handle.database, EVERYTHING) == expected(oracle, EVERYTHING)
        if schedulers:
            until(lambda: pending(database_url) == 0, "nobody folded")

    assert (pending(database_url) > 0) == (schedulers == 0)
    assert answers(handle.database, EVERYTHING) == expected(oracle, EVERYTHING)
    assert_exact(database_url, oracle)
    handle.close()


def batches(
    name: str, days: DayRange, count: int, *, revision: int = 0
) -> Iterator[list[dict[str, Any]]]:
    """Batches of 20 events spread over `days`; a revision moves each to another day."""
    dates = list(days)
    for number in range(count):
        yield [
            event(
                event_id=f"{name}-{number}-{n}",
                occurred_at=f"{dates[(number + n + revision) % len(dates)]}T0{n % 10}:59:59+00:00",
                team=TEAMS[n % 2],
                user=f"user-{n % 3}",
                input_tokens=n * 1_000 + revision,
                cost_usd=None if n % 4 else "0.125",
                success=n % 5 != 0,
                revision=revision,
            )
            for n in range(20)
        ]


def send(handle: Handle, oracle: Oracle, batch: list[dict[str, Any]], clock: SettableClock) -> None:
    wanted = [oracle.deliver(sent, clock()) for sent in batch]
    assert handle.send(batch) == wanted


def expected(oracle: Oracle, days: DayRange) -> dict[str, Any]:
    return Expected(oracle, days, {*TEAMS, "Unassigned"}).answers()


def past_answers(oracle: Oracle) -> dict[str, Any]:
    return without_as_of(expected(oracle, PAST))


def without_as_of(found: dict[str, Any]) -> dict[str, Any]:
    for answer in found.values():
        answer.pop("as_of", None)
    return found


@contextmanager
def rebuilding(settings: Settings, clock: SettableClock) -> Iterator[list[int]]:
    """Another process that rebuilds all days again and again; the list counts its rounds."""
    other = open_backend(settings, clock)
    stop = Event()
    rounds = [0]

    def work() -> None:
        while not stop.is_set():
            days = days_between(other, EVERYTHING.numbers)
            rebuild_days(other, days, lambda _: None)
            rounds[0] += 1

    thread = Thread(target=work)
    thread.start()
    try:
        yield rounds
    finally:
        stop.set()
        thread.join()
        other.close()


@contextmanager
def scheduled(settings: Settings, clock: SettableClock) -> Iterator[None]:
    """Another process with nothing but a scheduler."""
    backend = open_backend(settings, clock)
    scheduler = start_scheduler(backend)
    try:
        yield
    finally:
        scheduler.shutdown(wait=True)
        backend.close()


def pending(url: str) -> int:
    [[count]] = rows(url, "SELECT count(*) FROM pending_usage")
    return int(count)
