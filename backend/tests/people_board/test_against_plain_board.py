"""Leaderboards for random histories and parameters, against sums made one event at a time."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from backend.tests.engines.plain import change, rows
from backend.tests.exactness.oracle import Oracle
from backend.tests.factories import NOW
from backend.tests.people_board.asking import BOARD
from backend.tests.people_board.plain_board import PlainBoard, people
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.clock import microseconds, rfc3339
from tokentally.store.fold import fold
from tokentally.store.users import change_user
from tokentally_jobs.fold import fold_pending

pytestmark = pytest.mark.every_engine

EVENTS_EACH, PARAMETERS = 150, 60
USERS = ["local", *(f"user-{n}" for n in range(12))]
TEAMS = ["Kettle", "Teapot"]
COSTS = ["0", "0.0000005", "0.0000015", "0.000000001", "2.5", "2.5", "12.5"]


STATES: dict[str, Callable[[Backend], object]] = {
    "not folded": lambda _: None,
    "half folded": lambda backend: backend.change_rollups(lambda c: fold(c, EVENTS_EACH // 3)),
    "folded": fold_pending,
}
PEOPLE, DAYS, TOTALS = "people_daily_usage", "user_daily_usage", "people_total_usage"
CASES: list[tuple[str, tuple[str, ...]]] = [
    ("not folded", ()),
    ("half folded", ()),
    ("folded", ()),
    ("not folded", (PEOPLE,)),
    ("half folded", (DAYS,)),
    ("folded", (PEOPLE, DAYS)),
    ("folded", (DAYS,)),
    ("folded", (TOTALS,)),
    ("half folded", (TOTALS,)),
    ("half folded", (PEOPLE, TOTALS)),
]
"""What is folded of each half of a history, and which rollups are lost after."""


def history(chance: Random) -> list[dict[str, Any]]:
    """Events with few different numbers, so that people tie; some are retracted later."""
    return [
        {
            "event_id": f"event-{chance.randrange(EVENTS_EACH):03}",
            "occurred_at": (NOW + timedelta(hours=23 - _hours_back(chance))).isoformat(),
            "source": chance.choice(["codex", "claude"]),
            "model": chance.choice(["o3", "o4"]),
            "user": chance.choice(USERS),
            "team": chance.choice(TEAMS),
            "input_tokens": chance.choice([0, 0, 1, 10]),
            "output_tokens": chance.choice([0, 0, 1, 10]),
            "revision": chance.choice([0, 0, 0, 1, 2]),
            **({"cost_usd": chance.choice(COSTS)} if chance.random() < 0.8 else {}),
        }
        for _ in range(EVENTS_EACH)
    ]


def _hours_back(chance: Random) -> int:
    return chance.randrange(chance.choice([30, 24 * 9, 24 * 35, 24 * 400]))


def parameters(chance: Random) -> dict[str, str]:
    choices = {
        "metric": ["total", "input", "output", "cost", " COST ", ""],
        "team": [*TEAMS, " Kettle ", "nobody", ""],
        "limit": ["1", "2", "3", "20", "100"],
        "offset": ["0", "1", "2", "5", "10000"],
    }
    often = {"metric": 0.7, "team": 0.4, "limit": 0.6, "offset": 0.4}
    period = chance.choice(["day", "week", "month", "total", "Week", " TOTAL "])
    return {"period": period} | {
        name: chance.choice(values)
        for name, values in choices.items()
        if chance.random() < often[name]
    }


def make_public(backend: Backend, chance: Random) -> None:
    """Some are public, some have a name, some a picture; with these independent of each other."""
    known = [name for (name,) in rows(backend.settings.database_url, "SELECT name FROM app_user")]
    for name in known:
        columns = {
            "leaderboard_public": chance.random() < 0.6,
            "display_name": chance.choice(["", name.upper()]),
            "avatar_url": chance.choice(["", f"https://example.com/{name}.png"]),
        }
        backend.writer.run(partial(change_user, name=name, changes=columns)).result()


@pytest.mark.parametrize(("state", "lost"), CASES)
def test_boards_are_the_ranked_sums_of_the_events(
    client: TestClient, backend: Backend, database_url: str, state: str, lost: tuple[str, ...]
) -> None:
    chance, oracle = Random(f"{state} {lost}"), Oracle()
    sent = history(chance)
    for part in (sent[: EVENTS_EACH // 2], sent[EVENTS_EACH // 2 :]):
        for each in part:
            oracle.deliver(each, NOW)
        client.post("/v1/events", json=part)
        STATES[state](backend)
    make_public(backend, chance)
    change(database_url, *(f"DROP TABLE {table}" for table in lost))
    as_of = rfc3339(microseconds(NOW))
    plain = PlainBoard(oracle, people(database_url), NOW.date(), "local", as_of)

    for _ in range(PARAMETERS):
        asked = parameters(chance)
        response = client.get(BOARD, params=asked)

        assert response.json() == plain.answer(asked), asked
        from_raw = response.headers.get("X-Tokentally-Rollup")
        assert from_raw == ("fallback" if PEOPLE in lost else None)
