"""Random histories of everything that changes usage, checked against the oracle after each step."""

from contextlib import nullcontext
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from backend.tests.engines.engine import Engine
from backend.tests.engines.plain import opened, rows, tables
from backend.tests.exactness.answers import Expected, answers
from backend.tests.exactness.boards import boards
from backend.tests.exactness.deliveries import DAYS, RANGE, USERS, events, revised, teams_named
from backend.tests.exactness.handle import Handle
from backend.tests.exactness.oracle import Oracle
from backend.tests.exactness.replay import assert_replay_ends_the_same
from backend.tests.exactness.stored import ROLLUPS, assert_exact, ready_rollups
from backend.tests.factories import SettableClock
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection

from tokentally.days import day_number
from tokentally.store.deletion import days_used, named, remove_day, remove_names
from tokentally.store.fold import fold
from tokentally.store.rebuild import DayIsSealed, days_with_events, rebuild_day
from tokentally.store.rollup_state import mark_ready, not_ready, start_building
from tokentally.store.sealed import remove_raw, seal_day

LOTS = 4
HISTORIES_A_LOT = 50
STEPS = 14

days = st.sampled_from([day_number(day) for day in DAYS])
handles = st.integers(0, 1)
users = st.sampled_from([user or "local" for user in USERS])


class Crash(Exception):
    """The process dies here: its transaction never commits."""


class Histories(RuleBasedStateMachine):
    """Two processes on one database, and what must be in it."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        self.url = self.engine.fresh()
        self.clock = SettableClock()
        self.handles = [Handle(self.url, self.clock) for _ in range(2)]
        self.oracle = Oracle()
        self.sent: list[dict[str, Any]] = []
        self.teams: set[str] = set()
        self.asked = 0

    @rule(batch=st.lists(events(), min_size=1, max_size=8), by=handles)
    def ingest(self, batch: list[dict[str, Any]], by: int) -> None:
        self._deliver(batch, by)

    @precondition(lambda self: self.sent)
    @rule(data=st.data(), by=handles)
    def resend_in_another_order(self, data: st.DataObject, by: int) -> None:
        some = st.lists(st.sampled_from(self.sent), min_size=1, max_size=12)
        self._deliver(data.draw(some), by)

    @precondition(lambda self: self.sent)
    @rule(data=st.data(), by=handles)
    def revise(self, data: st.DataObject, by: int) -> None:
        one = data.draw(st.sampled_from(self.sent))
        self._deliver(data.draw(st.lists(revised(one), min_size=1, max_size=3)), by)

    @rule(limit=st.sampled_from([1, 2, 3, 5, 8, 50_000]), by=handles)
    def fold_some(self, limit: int, by: int) -> None:
        version = self._version()
        self.handles[by].change_rollups(lambda connection: fold(connection, limit))
        assert self._version() == version, "a fold changes no answer"

    @precondition(lambda self: self._all_tables_are_there())
    @rule(day=days, by=handles)
    def backfill(self, day: int, by: int) -> None:
        sealed = day in self.oracle.sealed
        with pytest.raises(DayIsSealed) if sealed else nullcontext():
            self.handles[by].change_rollups(partial(rebuild_day, day=day))

    @precondition(lambda self: not self.oracle.sealed)
    @rule(table=st.sampled_from(ROLLUPS), by=handles)
    def drop_a_rollup(self, table: str, by: int) -> None:
        self.handles[by].write(
            lambda connection: connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")
        )

    @rule(by=handles, until=st.sampled_from([0, 1, 3, 3, 3]))
    def mend(self, by: int, until: int) -> None:
        """Rebuild what is missing; with `until` below the number of days it stops half-way."""
        handle = self.handles[by]
        names = handle.read(not_ready)
        if not names:
            return
        handle.change_rollups(lambda connection: start_building(connection, names))
        building = handle.read(days_with_events)
        for day in building[:until]:
            handle.change_rollups(partial(rebuild_day, day=day))
        if until >= len(building):
            handle.change_rollups(lambda connection: mark_ready(connection, names))

    @precondition(lambda self: self._everything_is_ready())
    @rule(user=users, by=handles)
    def delete_a_user(self, user: str, by: int) -> None:
        handle = self.handles[by]
        for day in handle.read(partial(days_used, users=named(user))):
            handle.change_rollups(partial(remove_day, day=day, users=named(user)))
        handle.write(partial(remove_names, users=named(user)))
        self.oracle.forget(user)
        self.sent = [sent for sent in self.sent if (sent.get("user") or "local") != user]

    @precondition(lambda self: self._everything_is_ready())
    @rule(day=days, by=handles)
    def retire_a_day(self, day: int, by: int) -> None:
        self.handles[by].write(partial(seal_day, day=day, sealed_at=0))
        while self.handles[by].write(partial(remove_raw, day=day, limit=2)):
            pass
        self.oracle.seal(day)

    @precondition(lambda self: self._everything_is_ready())
    @rule(user=users, day=days, by=handles)
    def crash_in_a_deletion(self, user: str, day: int, by: int) -> None:
        self._crash(by, partial(remove_day, day=day, users=named(user)))

    @rule(batch=st.lists(events(), min_size=1, max_size=8), by=handles)
    def crash_in_an_ingest(self, batch: list[dict[str, Any]], by: int) -> None:
        with pytest.raises(Crash):
            self.handles[by].send(batch, also=_die)
        self._reopen(by)
        self.teams |= teams_named(batch)

    @rule(limit=st.sampled_from([1, 5, 50_000]), by=handles)
    def crash_in_a_fold(self, limit: int, by: int) -> None:
        self._crash(by, lambda connection: fold(connection, limit))

    @precondition(lambda self: self._all_tables_are_there())
    @rule(day=days, by=handles)
    def crash_in_a_backfill(self, day: int, by: int) -> None:
        if day not in self.oracle.sealed:
            self._crash(by, partial(rebuild_day, day=day))

    @rule(by=handles)
    def restart(self, by: int) -> None:
        self._reopen(by)

    @invariant()
    def everything_is_exact(self) -> None:
        assert_exact(self.url, self.oracle)

    @invariant()
    def answers_are_right(self) -> None:
        self.asked += 1
        asked = self.handles[self.asked % 2]

        found = answers(asked.database, RANGE, team="Kettle")

        assert found == Expected(self.oracle, RANGE, self.teams).answers(team="Kettle")

    @invariant()
    def boards_of_people_are_right(self) -> None:
        found, expected = boards(
            self.handles[self.asked % 2].database, self.url, self.oracle, self.asked
        )

        assert found == expected

    def teardown(self) -> None:
        """Sending everything again in another order, twice, ends in the same state."""
        try:
            if self.sent and not self.oracle.sealed:
                assert_replay_ends_the_same(self.engine, self.url, self.sent, self.clock)
        finally:
            for handle in self.handles:
                handle.close()
            self.engine.drop(self.url)

    def _deliver(self, batch: list[dict[str, Any]], by: int) -> None:
        self.clock.now += timedelta(seconds=1)
        expected = [self.oracle.deliver(sent, self.clock()) for sent in batch]
        self.sent += batch
        self.teams |= teams_named(batch)

        version = self._version()
        outcomes = self.handles[by].send(batch)

        assert outcomes == expected
        changed = not {"accepted", "updated"}.isdisjoint(outcomes)
        assert (self._version() > version) == changed

    def _crash(self, by: int, work: Any) -> None:
        def work_then_die(connection: Connection) -> None:
            work(connection)
            raise Crash

        with pytest.raises(Crash):
            self.handles[by].change_rollups(work_then_die)

    def _reopen(self, by: int) -> None:
        self.handles[by].close()
        self.handles[by] = Handle(self.url, self.clock)

    def _version(self) -> int:
        [[version]] = rows(self.url, "SELECT version FROM data_version")
        return int(version)

    def _everything_is_ready(self) -> bool:
        with opened(self.url) as connection:
            return len(ready_rollups(connection)) == len(ROLLUPS)

    def _all_tables_are_there(self) -> bool:
        with opened(self.url) as connection:
            return tables(connection).issuperset(ROLLUPS)


def _die(_connection: Connection) -> None:
    raise Crash


@pytest.mark.timeout(900)
@pytest.mark.every_engine
@pytest.mark.parametrize("lot", range(LOTS))
def test_random_histories_stay_exact(lot: int, engine: Engine) -> None:
    """Each lot has a name of its own: hypothesis plays others then, even where it repeats."""
    here = type(f"Histories{lot}", (Histories,), {"engine": engine})
    run_state_machine_as_test(
        here,
        settings=settings(
            max_examples=HISTORIES_A_LOT,
            stateful_step_count=STEPS,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
