"""Deleting a user takes everything of theirs, and nothing of anybody else's."""

from collections.abc import Iterator
from functools import partial
from threading import Event, Thread
from typing import Any

import pytest
from backend.tests.engines.plain import rows
from backend.tests.exactness.answers import Expected, answers
from backend.tests.exactness.deliveries import RANGE
from backend.tests.exactness.handle import Handle
from backend.tests.exactness.oracle import Oracle
from backend.tests.exactness.stored import assert_exact
from backend.tests.factories import NOW, SettableClock, event
from sqlalchemy import event as sa_event
from trials.programs import until

from tokentally.api.backend import Backend
from tokentally.api.deletion import delete_users
from tokentally.days import day_number
from tokentally.store.deletion import days_used, named, remove_day, remove_names
from tokentally.store.sealed import remove_raw, seal_day
from tokentally_jobs.fold import fold_pending

pytestmark = pytest.mark.every_engine

TABLES = (
    "token_event",
    "pending_usage",
    "user_quarter_usage",
    "user_daily_usage",
    "people_daily_usage",
    "people_total_usage",
    "user_sync",
)
DAYS = ("2026-11-19", "2026-11-20", "2026-11-21")


def usage(user: str, name: str = "a", **more: Any) -> list[dict[str, Any]]:
    """Events of a user on three days, on two models, in two teams."""
    return [
        event(
            event_id=f"{name}-{number}",
            occurred_at=f"{day}T{number:02}:10:00+00:00",
            user=user,
            team=("Kettle", "Teapot")[number % 2],
            model=("gpt-4.1", "openai/gpt-4.1")[number % 2],
            input_tokens=number + 1,
            cost_usd="0.5" if number % 3 else None,
            **more,
        )
        for number, day in enumerate([*DAYS, *DAYS])
    ]


@pytest.fixture
def handle(clock: SettableClock, database_url: str) -> Iterator[Handle]:
    handle = Handle(database_url, clock)
    yield handle
    handle.close()


@pytest.fixture
def oracle(backend: Backend, handle: Handle) -> Oracle:
    """Ada's and Grace's usage: folded, pending, and revised after the fold."""
    oracle = Oracle()
    for batch in (usage("ada"), usage("grace")):
        send(handle, oracle, batch)
    fold_pending(backend)
    for user in ("ada", "grace"):
        send(handle, oracle, usage(user, revision=1, output_tokens=7)[:2])
        send(handle, oracle, usage(user, name="later"))
    return oracle


def send(handle: Handle, oracle: Oracle, batch: list[dict[str, Any]]) -> None:
    assert handle.send(batch) == [oracle.deliver(sent, NOW) for sent in batch]


def forget(oracle: Oracle, user: str) -> None:
    oracle.events = {of: kept for of, kept in oracle.events.items() if of.user != user}


def ids_in(url: str, table: str) -> set[int]:
    return {found for (found,) in rows(url, f"SELECT DISTINCT user_id FROM {table}")}  # noqa: S608


def test_nothing_of_a_deleted_user_is_left_and_everything_of_others(
    backend: Backend, handle: Handle, oracle: Oracle, database_url: str
) -> None:
    [[ada]] = rows(database_url, "SELECT id FROM app_user WHERE name = 'ada'")

    removed = delete_users(backend, named("ada"))

    forget(oracle, "ada")
    assert removed == 12
    assert_exact(database_url, oracle)
    assert rows(database_url, "SELECT name FROM app_user") == [("grace",)]
    assert all(ada not in ids_in(database_url, table) for table in TABLES)
    expected = Expected(oracle, RANGE, {"Kettle", "Teapot"}).answers(team="Kettle")
    assert answers(handle.database, RANGE, team="Kettle") == expected


def test_a_name_can_be_used_anew_by_a_writer_that_remembers_the_old_one(
    backend: Backend, handle: Handle, oracle: Oracle, database_url: str
) -> None:
    delete_users(backend, named("ada"))
    delete_users(backend, named("grace"))
    oracle.events = {}

    send(handle, oracle, usage("grace", name="anew"))
    send(handle, oracle, usage("hedy", name="anew"))

    fold_pending(backend)
    assert_exact(database_url, oracle)


def test_deleting_is_exact_while_the_same_and_other_users_go_on(  # noqa: C901
    backend: Backend,
    oracle: Oracle,
    database_url: str,
    clock: SettableClock,
) -> None:
    stop = Event()
    sent: list[str] = []

    def go_on(user: str) -> None:
        own = Handle(database_url, clock)
        while not stop.wait(0.005):
            name = f"{user}-{len(sent)}"
            own.send(usage(user, name=name))
            sent.append(name)
        own.close()

    def fold() -> None:
        while not stop.wait(0.01):
            fold_pending(backend, limit=5)

    threads = [Thread(target=go_on, args=[user]) for user in ("ada", "grace")] + [
        Thread(target=fold)
    ]
    for thread in threads:
        thread.start()
    until(lambda: len(sent) >= 10, "nothing was sent")
    for _ in range(3):
        delete_users(backend, named("ada"))
    stop.set()
    for thread in threads:
        thread.join()
    delete_users(backend, named("ada"))

    forget(oracle, "ada")
    for name in sent:
        if name.startswith("grace"):
            for one in usage("grace", name=name):
                oracle.deliver(one, NOW)
    assert_exact(database_url, oracle)


class Interrupted(Exception):
    """The process ends here."""


def test_deleting_may_end_again_and_again_and_goes_on_afterwards(
    handle: Handle,
    oracle: Oracle,
    database_url: str,
) -> None:
    statements = [0]
    last = [0]

    def die(*_: object) -> None:
        statements[0] += 1
        if statements[0] == last[0]:
            raise Interrupted

    for engine in (handle.database.writer, handle.database.exclusive):
        sa_event.listen(engine, "before_cursor_execute", die)
    interrupted = 0
    while True:
        last[0] += 1
        statements[0] = 0
        try:
            _delete_with(handle, "ada")
            break
        except Interrupted:
            interrupted += 1
            partly = Oracle()
            left = set(
                rows(
                    database_url,
                    "SELECT DISTINCT id / 4294967296 FROM token_event"
                    " WHERE user_id = (SELECT id FROM app_user WHERE name = 'ada')",
                )
            )
            partly.events = {
                of: kept
                for of, kept in oracle.events.items()
                if of.user != "ada" or (kept.at // 86_400_000_000,) in left
            }
            assert_exact(database_url, partly)

    forget(oracle, "ada")
    assert interrupted > 10
    assert_exact(database_url, oracle)


def _delete_with(handle: Handle, user: str) -> None:
    """What `delete_users` does, with the connections of `handle`."""
    for day in handle.read(partial(days_used, users=named(user))):
        handle.change_rollups(partial(remove_day, day=day, users=named(user)))
    handle.write(partial(remove_names, users=named(user)))


def test_a_user_is_deleted_from_sealed_days_as_well(
    backend: Backend,
    handle: Handle,
    oracle: Oracle,
) -> None:
    fold_pending(backend)
    day = day_number(RANGE.first)
    handle.write(partial(seal_day, day=day, sealed_at=0))
    handle.write(partial(remove_raw, day=day, limit=100))
    forget(oracle, "ada")
    expected = Expected(oracle, RANGE, {"Kettle", "Teapot"}).answers()

    delete_users(backend, named("ada"))

    assert answers(handle.database, RANGE)["teams"] == expected["teams"]
    assert answers(handle.database, RANGE)["models"] == expected["models"]
