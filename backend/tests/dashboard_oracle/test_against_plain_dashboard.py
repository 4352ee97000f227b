"""All six answers for random usage in every zone, against loops over the events."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from backend.tests.dashboard_oracle.asking import (
    assert_all_right,
    know_aliases,
    know_prices,
    posts,
)
from backend.tests.dashboard_oracle.clocks import ZONES
from backend.tests.dashboard_oracle.histories import ANOTHER, History
from backend.tests.dashboard_oracle.plain_dashboard import Known
from backend.tests.dashboard_oracle.questions import Asked, asked, utc
from backend.tests.factories import SettableClock
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.api.deletion import delete_users
from tokentally.store.deletion import named
from tokentally.store.fold import fold
from tokentally.store.rollup_state import start_building
from tokentally.store.rollups import ROLLUPS
from tokentally_jobs.fold import fold_pending

pytestmark = pytest.mark.every_engine

HISTORIES, OTHERS = 40, 11
ALL_ROLLUPS = frozenset(rollup.name for rollup in ROLLUPS)
SUMMARY = "/functions/vibeusage-usage-summary"


class Case:
    """A server, what it was told, and what is still to be asked."""

    def __init__(
        self, client: TestClient, backend: Backend, clock: SettableClock, seed: int
    ) -> None:
        chance = Random(seed)
        mixed = Random(0).sample(ZONES, len(ZONES))
        self.client, self.clock = client, clock
        self.history = History(chance, mixed[seed::HISTORIES])
        self.questions = questions(chance, self.history)
        know_prices(backend, self.history.book)
        know_aliases(backend, self.history.aliases)

    def deliver(self, number: int, hours_ago: int) -> None:
        """Send a batch."""
        self.clock.now = self.history.now - timedelta(hours=hours_ago)
        batch = self.history.batches[number]
        outcomes = Counter(self.history.deliver(batch, self.clock.now))
        assert posts(self.client, batch) == outcomes

    def ask(self, number: int) -> None:
        """Ask the next so many questions."""
        history = self.history
        known = Known(
            history.uses(), history.book, history.stands_for, self.clock.now, history.synced
        )
        assert_all_right(self.client, known, [self.questions.pop() for _ in range(number)])
        assert utc(self.client.get(SUMMARY).json()["as_of"]) == history.oracle.as_of


def questions(chance: Random, history: History) -> list[Asked]:
    """One for each zone of the history, and others of which some go by an offset."""
    by_zone = [asked(chance, history, zone) for zone in history.zones]
    others = [chance.choice([None, chance.choice(history.zones)]) for _ in range(OTHERS)]
    more = [asked(chance, history, zone) for zone in others]
    return chance.sample(by_zone + more, len(by_zone + more))


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_answers_are_what_loops_over_the_events_say(
    client: TestClient, backend: Backend, clock: SettableClock, seed: int
) -> None:
    case = Case(client, backend, clock, seed)

    case.deliver(0, hours_ago=3)
    case.deliver(1, hours_ago=1)
    case.ask(5)
    backend.change_rollups(lambda connection: fold(connection, len(case.history.batches[0])))
    case.ask(5)
    fold_pending(backend)
    case.ask(4)
    case.deliver(2, hours_ago=0)
    case.ask(3)
    delete_users(backend, named(ANOTHER))
    case.history.oracle.forget(ANOTHER)
    case.ask(2)
    fold_pending(backend)
    case.ask(3)
    backend.change_rollups(lambda connection: start_building(connection, ALL_ROLLUPS))
    case.ask(len(case.questions))
