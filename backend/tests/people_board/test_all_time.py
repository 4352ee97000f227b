"""All time on a board: whatever befell the events, it sums up those that are there by today."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from typing import Any

import pytest
from backend.tests.engines.plain import change, rows
from backend.tests.exactness.handle import Handle
from backend.tests.exactness.oracle import Oracle
from backend.tests.exactness.stored import assert_exact
from backend.tests.factories import NOW, SettableClock, event
from backend.tests.people_board.asking import BOARD
from backend.tests.people_board.plain_board import PlainBoard, people
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.api.deletion import delete_users
from tokentally.clock import microseconds, rfc3339
from tokentally.days import day_number
from tokentally.store.deletion import named
from tokentally.store.rebuild import rebuild_day
from tokentally.store.sealed import remove_raw, seal_day
from tokentally_jobs.backfill import mend_missing_rollups, rebuild_days
from tokentally_jobs.fold import fold_pending

pytestmark = pytest.mark.every_engine

FIRST, SECOND, TODAY, TOMORROW = "2026-11-10", "2026-11-15", "2026-11-21", "2026-11-22"
DAYS = (FIRST, SECOND, TODAY, TOMORROW)
USERS = ("local", "ada", "grace")
TEAMS = ("Kettle", "Teapot")
NOTHING = {"input_tokens": 0, "output_tokens": 0}


def number(day: str) -> int:
    return day_number(NOW.fromisoformat(day).date())


def usage(**more: Any) -> list[dict[str, Any]]:
    """Each user in each team on each day: powers of two, so that no two sums are the same."""
    chosen = enumerate(product(USERS, TEAMS, DAYS))
    return [
        event(
            event_id=f"{user} {team} {day}",
            user=user,
            team=team,
            occurred_at=f"{day}T10:00:00+00:00",
            **{"input_tokens": 2**place, "output_tokens": 3 * 2**place, "cost_usd": 2**place % 997}
            | more,
        )
        for place, (user, team, day) in chosen
    ]


class History:
    """What is stored, and the oracle that is told the same."""

    def __init__(self, backend: Backend, handle: Handle) -> None:
        self.backend, self.handle, self.oracle = backend, handle, Oracle()

    def send(self, *batch: dict[str, Any]) -> None:
        assert self.handle.send(batch) == [self.oracle.deliver(sent, NOW) for sent in batch]


@pytest.fixture
def history(backend: Backend, clock: SettableClock, database_url: str) -> Iterator[History]:
    handle = Handle(database_url, clock)
    yield History(backend, handle)
    handle.close()


def retract(history: History) -> None:
    """Some of yesterday, of today and of tomorrow."""
    some = [one for place, one in enumerate(usage()) if place % 3 == 0]
    history.send(*(one | NOTHING | {"cost_usd": 0, "revision": 1} for one in some))


def move(history: History) -> None:
    """Change to another team, and to a time before, some over the end of the first day."""
    some = usage()[::4]
    history.send(*(one | {"team": "Teapot", "revision": 1} for one in some))
    history.send(*(one | {"occurred_at": f"{FIRST}T09:00:00+00:00"} for one in usage()[2::5]))


def spend_before_the_first_tokens(history: History) -> None:
    """Costs without tokens: the board begins after them."""
    early = {"occurred_at": "2026-10-01T10:00:00+00:00", "event_id": "early", "cost_usd": 700}
    history.send(*(event(user=user, team="Kettle", **early, **NOTHING) for user in USERS))


def rebuild(history: History) -> None:
    """Days with what is not folded: retractions, and grace leaves one of her teams."""
    history.send(*(one | NOTHING | {"revision": 1} for one in usage() if SECOND in one["event_id"]))
    left = [one for one in usage() if "grace Teapot" in one["event_id"]]
    history.send(*(one | {"team": "Kettle", "revision": 2} for one in left))
    for day in DAYS:
        history.backend.change_rollups(partial(rebuild_day, day=number(day)))


def mend_a_wrong_day(history: History) -> None:
    """A day is wrong, and so is what was made of it."""
    url = history.backend.settings.database_url
    wrong = "SET input_tokens = input_tokens + 1000000, requests = requests + 1"
    for table in ("user_quarter_usage", "user_daily_usage", "people_daily_usage"):
        time = "quarter / 96" if "quarter" in table else "day"
        change(url, f"UPDATE {table} {wrong} WHERE {time} = {number(TODAY)}")
    change(url, f"UPDATE people_total_usage {wrong}")
    rebuild_days(history.backend, [number(TODAY)], lambda _: None)


def delete(history: History) -> None:
    delete_users(history.backend, named("ada"))
    history.oracle.forget("ada")


def seal(history: History) -> None:
    day = number(FIRST)
    history.handle.write(partial(seal_day, day=day, sealed_at=0))
    history.handle.write(partial(remove_raw, day=day, limit=1000))
    history.oracle.seal(day)


def seal_then_delete(history: History) -> None:
    seal(history)
    delete(history)


def lose_a_sealed_day_of_people(history: History) -> None:
    seal(history)
    change(history.backend.settings.database_url, "DROP TABLE people_daily_usage")
    assert mend_missing_rollups(history.backend)


def lose_totals(history: History) -> None:
    seal(history)
    change(history.backend.settings.database_url, "DROP TABLE people_total_usage")
    assert mend_missing_rollups(history.backend)


BEFALLS: list[Callable[[History], None]] = [
    retract,
    move,
    spend_before_the_first_tokens,
    rebuild,
    mend_a_wrong_day,
    delete,
    seal,
    seal_then_delete,
    lose_a_sealed_day_of_people,
    lose_totals,
]


@pytest.mark.parametrize("folded", [True, False])
@pytest.mark.parametrize("befalls", BEFALLS)
def test_all_time_is_exact_whatever_befell_the_events(
    befalls: Callable[[History], None],
    folded: bool,
    client: TestClient,
    history: History,
    database_url: str,
) -> None:
    history.send(*usage())
    if folded:
        fold_pending(history.backend)

    befalls(history)

    assert_boards(client, history, database_url)
    assert_exact(database_url, history.oracle)
    fold_pending(history.backend)
    assert_boards(client, history, database_url)
    assert_exact(database_url, history.oracle)
    assert rows(database_url, "SELECT * FROM people_total_usage WHERE requests = 0") == []


def assert_boards(client: TestClient, history: History, url: str) -> None:
    """On every board, by every number, of every team."""
    as_of = rfc3339(microseconds(NOW))
    plain = PlainBoard(history.oracle, people(url), NOW.date(), "local", as_of)
    for metric, team in product(("", "total", "input", "output", "cost"), ("", *TEAMS, "None")):
        asked = {"period": "total", "metric": metric, "team": team}
        response = client.get(BOARD, params=asked)

        assert response.json() == plain.answer(asked), asked
        assert "X-Tokentally-Rollup" not in response.headers
