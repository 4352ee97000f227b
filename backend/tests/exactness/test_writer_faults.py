"""What goes wrong around a delivery costs nothing but that delivery."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from backend.tests.exactness.answers import Expected, answers
from backend.tests.exactness.deliveries import DAYS, RANGE
from backend.tests.exactness.handle import Handle
from backend.tests.exactness.oracle import Oracle
from backend.tests.exactness.stored import ROLLUPS, assert_exact
from backend.tests.factories import NOW, SettableClock, event
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from tokentally.api.backend import Backend
from tokentally.auth.caller import LOCAL
from tokentally.ingest.normalise import normalise, sender
from tokentally.models.event import SentEvent
from tokentally.store.deliver import Delivery
from tokentally.store.fold import fold

pytestmark = pytest.mark.every_engine

PATIENCE_SECONDS = 20
MILLION = 10**15
HALF = 2**62


def delivery(*event_ids: str) -> Delivery:
    by = sender(LOCAL.user, NOW, may_name_users=True)
    events = [SentEvent(name, "2026-11-21T10:15:00Z", input_tokens=1) for name in event_ids]
    return Delivery([normalise(sent, by) for sent in events])


def test_a_request_that_is_cancelled_does_not_stop_the_writer(backend: Backend) -> None:
    holding = backend.writer.run(lambda connection: connection.exec_driver_sql("SELECT 1").all())
    cancelled = [backend.writer.submit(delivery(f"gone-{n}")) for n in range(50)]
    for future in cancelled:
        future.cancel()

    outcomes = backend.writer.submit(delivery("a", "b")).result(PATIENCE_SECONDS)

    assert holding.result(PATIENCE_SECONDS) == [(1,)]
    assert outcomes == ["accepted", "accepted"]


def test_work_that_fails_is_undone_and_the_next_runs(backend: Backend) -> None:
    def fail(connection: Connection) -> None:
        connection.exec_driver_sql("DELETE FROM rollup_state")
        raise ZeroDivisionError

    failed = backend.writer.run(fail)
    after = backend.writer.run(
        lambda connection: connection.exec_driver_sql("SELECT count(*) FROM rollup_state").scalar()
    )

    assert after.result(PATIENCE_SECONDS) == len(ROLLUPS)
    with pytest.raises(ZeroDivisionError):
        failed.result(PATIENCE_SECONDS)


def test_what_is_queued_at_the_stop_is_stored(backend: Backend, database_url: str) -> None:
    waiting = [backend.writer.submit(delivery(f"e{n}")) for n in range(100)]

    backend.writer.stop()

    assert [future.result(0) for future in waiting] == [["accepted"]] * 100
    oracle = Oracle()
    for number in range(100):
        sent = {"event_id": f"e{number}", "occurred_at": "2026-11-21T10:15:00+00:00"}
        oracle.deliver({**sent, "input_tokens": 1}, NOW)
    assert_exact(database_url, oracle)


def test_a_stored_name_that_this_process_has_not_met_is_learned(database_url: str) -> None:
    clock = SettableClock()
    first, second = Handle(database_url, clock), Handle(database_url, clock)
    greater = event(occurred_at="2026-11-21T10:15:00+00:00", team="Kettle", output_tokens=90)
    earlier = event(
        occurred_at="2026-11-20T23:59:59+00:00", team="Teapot", model="m", output_tokens=1
    )
    oracle = Oracle()

    outcomes = first.send([greater]) + second.send([earlier])

    assert outcomes == [oracle.deliver(sent, NOW) for sent in (greater, earlier)]
    assert_exact(database_url, oracle)
    first.close()
    second.close()


def test_a_name_whose_creation_was_undone_is_created_again(database_url: str) -> None:
    handle = Handle(database_url, SettableClock())
    oracle = Oracle()

    def die(_connection: Connection) -> None:
        raise OperationalError("INSERT", {}, Exception("disk I/O error"))

    with pytest.raises(OperationalError):
        handle.send([event(user="ada", team="Kettle", model="new")], also=die)
    for number in range(3):
        sent = event(event_id=f"e{number}", user="ada", team="Kettle", model="new")
        handle.send([sent])
        oracle.deliver({**sent, "occurred_at": "2026-11-21T10:15:00+00:00"}, NOW)

    assert_exact(database_url, oracle)
    handle.close()


def test_an_event_that_its_bucket_has_no_room_for_is_refused(database_url: str) -> None:
    handle = Handle(database_url, SettableClock())
    handle.send([costly("first")])
    handle.change_rollups(fold)
    fill(handle, HALF - 2 * MILLION + 1)

    outcomes = handle.send([costly("fits"), costly("full"), costly("other", team="Teapot")])

    assert outcomes == ["accepted", "rejected", "accepted"]
    assert handle.send([costly("fits"), costly("full")]) == ["duplicate", "rejected"]
    handle.close()


def test_sums_past_64_bits_over_many_days_are_answered_exactly(database_url: str) -> None:
    handle = Handle(database_url, SettableClock())
    oracle = Oracle()
    for day in DAYS:
        sent = costly(str(day), occurred_at=f"{day}T10:15:00+00:00")
        handle.send([sent])
        oracle.deliver(sent, NOW)
    oracle.events = {of: replace(kept, cost=HALF - 1) for of, kept in oracle.events.items()}
    handle.change_rollups(fold)

    fill(handle, HALF - 1)

    expected = Expected(oracle, RANGE, {"Kettle"}).answers()
    assert expected["cost"]["cells"][0]["total_cost"] == Decimal("13835058055.282164")
    assert answers(handle.database, RANGE) == expected
    handle.close()


def costly(event_id: str, **overrides: Any) -> dict[str, Any]:
    return {
        **event(event_id=event_id, occurred_at="2026-11-21T10:15:00+00:00", team="Kettle"),
        "cost_usd": "1000000",
        **overrides,
    }


def fill(handle: Handle, cost: int) -> None:
    """Let every rollup row cost so many nano-USD, as if thousands of large events had come."""

    def change(connection: Connection) -> None:
        for table in ROLLUPS:
            connection.exec_driver_sql(f"UPDATE {table} SET cost_nano_usd = {cost}")  # noqa: S608
        connection.exec_driver_sql(f"UPDATE large_usage SET total = {HALF}")  # noqa: S608

    handle.change_rollups(change)
