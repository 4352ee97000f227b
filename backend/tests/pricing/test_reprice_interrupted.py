"""Repricing that is interrupted, and repricing while events come in."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from threading import Event as Signal
from threading import Thread

import pytest
from backend.tests.engines.engine import Engine
from backend.tests.engines.plain import rows
from backend.tests.exactness.handle import Handle
from backend.tests.exactness.points import Points
from backend.tests.factories import SettableClock
from backend.tests.pricing.priced import USD, add, assert_verified, price, spent, stored_costs
from backend.tests.pricing.repricing import MONDAY, TUESDAY, reprice, sent
from sqlalchemy.exc import DBAPIError

from tokentally.store.exclusive import is_conflict
from tokentally.store.fold import fold
from tokentally.store.prices import all_changes

pytestmark = pytest.mark.every_engine


def test_an_error_at_any_statement_leaves_exact_sums_and_a_second_run_finishes(
    engine: Engine,
) -> None:
    prepared = engine.fresh()
    handle = Handle(prepared, SettableClock())
    handle.send([sent("a"), sent("r", cost_usd="5")])
    handle.change_rollups(fold)
    handle.send([sent("b"), sent("c", user="grace")])
    add(handle, price())
    handle.close()
    deaths = 0
    for point in count(1):
        url = engine.copy(prepared)
        handle = Handle(url, SettableClock())
        Points(handle.database.writer, point, _die)
        died = False
        try:
            reprice(handle)
        except _Died:
            died = True
        handle.close()
        again = Handle(url, SettableClock())
        assert_verified(again)
        assert_audit_is_complete(url, again)
        reprice(again)
        assert_verified(again)
        assert spent(url) == [(11 * USD, 0)] * 3
        again.close()
        engine.drop(url)
        if not died:
            break
        deaths += 1
    engine.drop(prepared)
    assert deaths > 20


def assert_audit_is_complete(url: str, handle: Handle) -> None:
    """As many events are said to have been repriced as are priced."""
    priced = rows(url, "SELECT count(*) FROM token_event WHERE cost_source = 1")
    told = [change.details for change in handle.read(all_changes) if change.what == "reprice"]
    assert priced == [(sum(int(details.rpartition(" ")[2]) for details in told),)]


def test_sums_stay_exact_while_events_come_in_and_move(handle: Handle, database_url: str) -> None:
    add(handle, price())
    ids = [f"e{number}" for number in range(60)]
    handle.send([sent(name) for name in ids])
    done = Signal()

    def deliver() -> None:
        other = Handle(database_url, SettableClock())
        for revision in count(1):
            if done.is_set():
                break
            at = MONDAY if revision % 2 else TUESDAY
            some = ids[revision % 7 :: 3]
            with conflicts_passed_over():
                other.send([sent(name, at, revision=revision) for name in some])
        other.close()

    sender = Thread(target=deliver)
    sender.start()
    for round_ in range(12):
        add(handle, price(input=str(round_ + 3)))
        while True:
            with conflicts_passed_over():
                reprice(handle, limit=25)
                break
        handle.change_rollups(fold)
    done.set()
    sender.join()
    reprice(handle)

    assert set(stored_costs(database_url).values()) == {(14 * USD, 1, True)}
    assert spent(database_url) == [(14 * USD * len(ids), 0)] * 3
    assert_verified(handle)


@contextmanager
def conflicts_passed_over() -> Iterator[None]:
    """The writer's thread would try them again."""
    try:
        yield
    except DBAPIError as error:
        if not is_conflict(error):
            raise


class _Died(Exception):
    """Stands for the end of the process."""


def _die(_point: str) -> None:
    raise _Died
