"""Whoever changes rollups takes a turn; on an outdated snapshot nothing can be changed."""

from collections.abc import Callable, Iterator
from functools import partial
from threading import Thread
from typing import Any

import pytest
from backend.tests.engines.engine import Engine
from backend.tests.exactness.handle import Handle
from backend.tests.exactness.oracle import Oracle
from backend.tests.exactness.stored import assert_exact
from backend.tests.factories import NOW, SettableClock, event
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from tokentally.days import day_number
from tokentally.models.core import pending_usage
from tokentally.store.exclusive import RollupsBusy, exclusive, exclusively, is_conflict
from tokentally.store.fold import fold
from tokentally.store.locks import take_turn
from tokentally.store.rebuild import rebuild_day

TODAY = day_number(NOW.date())
WORKS: dict[str, Callable[[Connection], object]] = {
    "fold": fold,
    "rebuild": partial(rebuild_day, day=TODAY),
}


@pytest.fixture
def url(postgresql: Engine) -> Iterator[str]:
    url = postgresql.fresh()
    yield url
    postgresql.drop(url)


@pytest.fixture
def handle(url: str, clock: SettableClock) -> Iterator[Handle]:
    handle = Handle(url, clock)
    yield handle
    handle.close()


@pytest.fixture
def oracle(handle: Handle) -> Oracle:
    oracle = Oracle()
    batch = [event(event_id=f"{n}", input_tokens=n) for n in range(5)]
    assert handle.send(batch) == [oracle.deliver(sent, NOW) for sent in batch]
    return oracle


def test_a_second_one_is_told_that_the_turn_is_taken(handle: Handle, oracle: Oracle) -> None:
    with exclusive(handle.database) as connection:
        fold(connection)
        with pytest.raises(RollupsBusy):
            exclusively(handle.database, fold, wait=False)

    assert exclusively(handle.database, fold).rows == 0
    assert len(oracle.events) == 5


def test_who_waits_has_the_next_turn(handle: Handle, oracle: Oracle, url: str) -> None:
    folded: list[Any] = []
    with exclusive(handle.database) as connection:
        waiting = Thread(target=lambda: folded.append(exclusively(handle.database, fold)))
        waiting.start()
        waiting.join(0.05)
        rebuild_day(connection, TODAY)
    waiting.join()

    assert [found.rows for found in folded] == [0]
    assert_exact(url, oracle)


@pytest.mark.parametrize("first", WORKS)
@pytest.mark.parametrize("second", WORKS)
def test_work_on_a_snapshot_from_before_the_turn_of_another_is_undone(
    first: str, second: str, handle: Handle, oracle: Oracle, url: str
) -> None:
    def outdated() -> None:
        with handle.database.exclusive.begin() as connection:
            seen = connection.execute(select(func.count()).select_from(pending_usage)).scalar()
            handle.change_rollups(WORKS[first])
            assert (seen, take_turn(connection)) == (1, True)
            WORKS[second](connection)

    with pytest.raises(DBAPIError) as refused:
        outdated()

    assert is_conflict(refused.value)
    assert_exact(url, oracle)


def test_the_turn_ends_with_its_transaction_however_that_ends(handle: Handle) -> None:
    with pytest.raises(ZeroDivisionError), exclusive(handle.database):
        _ = 1 // 0

    assert exclusively(handle.database, fold, wait=False).rows == 0
