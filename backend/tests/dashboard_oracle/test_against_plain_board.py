"""The leaderboard for random usage and privacy, against loops over the events."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from backend.tests.auth.people import bearer, key, token
from backend.tests.dashboard_oracle.plain_board import Asked, People, board
from backend.tests.dashboard_oracle.questions import utc
from backend.tests.engines.plain import rows
from backend.tests.exactness.oracle import Oracle
from backend.tests.factories import SettableClock
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.store.fold import fold
from tokentally_jobs.fold import fold_pending

pytestmark = pytest.mark.every_engine

SIGN_IN = True

HISTORIES, QUESTIONS, EVENTS = 8, 12, 150
USERS = [f"user-{n:02}" for n in range(14)]
TEAMS = ["Kettle", "Teapot"]
COUNTS = [0, 0, 1, 1, 2, 1_000]
COSTS = [None, None, "0", "0.000000001", "0.0000005", "0.25", "0.25"]
EVENINGS = [
    datetime(2026, 11, 21, 12, tzinfo=UTC),  # a Saturday
    datetime(2026, 11, 22, 0, 0, 1, tzinfo=UTC),  # a Sunday
    datetime(2027, 1, 1, tzinfo=UTC),
    datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
]
LIMITS = {None: 20, "1": 1, "3": 3, "100": 100, "0": 1, "-5": 1, "101": 100, "x": 20, "2.5": 20}
OFFSETS = {None: 0, "0": 0, "2": 2, "9": 9, "10000": 10_000, "20000": 10_000, "-3": 0}


class Crowd:
    """Users of a server, what they used, and who of them agreed to be shown."""

    def __init__(self, client: TestClient, backend: Backend, now: datetime, seed: int) -> None:
        self.client, self.chance, self.now = client, Random(seed), now
        self.oracle, self.shown = Oracle(), dict[str, tuple[str, str | None]]()
        self.gateway = bearer(key(backend, "gateway", "ingest", "ingest:any"))
        self.sent = [self._event(number) for number in range(EVENTS)]

    def _event(self, number: int) -> dict[str, Any]:
        pick = self.chance.choice
        back = pick([timedelta(days=3), timedelta(days=40), timedelta(days=500)])
        at = self.now + timedelta(hours=20) - self.chance.random() * back
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        edges = [at, midnight, midnight - timedelta(microseconds=1)]
        return {
            "event_id": f"event-{number:03}",
            "occurred_at": pick(edges).isoformat(),
            "input_tokens": pick(COUNTS),
            "output_tokens": pick(COUNTS),
            "cost_usd": pick(COSTS),
            "user": pick(USERS),
            "team": pick([*TEAMS, None]),
        }

    def deliver(self, batch: list[dict[str, Any]], now: datetime) -> None:
        outcomes = Counter(self.oracle.deliver(each, now) for each in batch)
        posted = self.client.post("/v1/events", json=batch, headers=self.gateway).json()
        assert {name: n for name, n in posted.items() if n and name != "errors"} == outcomes

    def decide(self, user: str) -> None:
        """Let a user choose what others see of them."""
        public, name = self.chance.random() < 0.6, self.chance.choice([f"I am {user}", "", "  "])
        avatar = f"https://example.com/{user}.png" if name.strip() else ""
        me = {"display_name": name.strip(), "avatar_url": avatar}
        by = self.signed_in(user)
        assert self.client.patch("/v1/me", json=me, headers=by).status_code == 200
        path, agreed = "/functions/vibeusage-leaderboard-settings", {"leaderboard_public": public}
        assert (
            self.client.post(path, json=agreed, headers=by).json()["leaderboard_public"] is public
        )
        self.shown.pop(user, None)
        if public:
            self.shown[user] = (name.strip() or "Anonymous", avatar or None)

    def signed_in(self, user: str) -> dict[str, str]:
        return bearer(token(user, exp=int(self.now.timestamp()) + 86_400))

    def ask(self, database_url: str) -> None:
        """Ask for some boards."""
        known = {
            name: number for number, name in rows(database_url, "SELECT id, name FROM app_user")
        }
        people = People(known, self.shown)
        for _ in range(QUESTIONS):
            asked, params = question(self.chance)
            by = self.signed_in(asked.caller)
            response = self.client.get(
                "/functions/vibeusage-leaderboard", params=params, headers=by
            )
            assert response.status_code == 200, response.text
            answer = response.json()
            assert utc(answer.pop("generated_at")) == self.oracle.as_of
            assert answer == board(self.oracle, people, asked, self.now.date()), params


def question(chance: Random) -> tuple[Asked, dict[str, str]]:
    """What is asked, and the parameters that say it."""
    caller, team = chance.choice([*USERS, "nobody"]), chance.choice([None, None, *TEAMS, "Nowhere"])
    period = chance.choice(["day", "week", "month", "total"])
    metric = chance.choice([None, "total", "input", "output", "cost"])
    limit, offset = chance.choice(list(LIMITS)), chance.choice(list(OFFSETS))
    asked = Asked(caller, period, metric, team, LIMITS[limit], OFFSETS[offset])
    stated = {"metric": metric, "team": team, "limit": limit, "offset": offset}
    spelled = chance.choice([period, period.upper(), f" {period.title()} "])
    return asked, {"period": spelled} | {name: v for name, v in stated.items() if v is not None}


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_boards_are_what_loops_over_the_events_say(
    client: TestClient, backend: Backend, clock: SettableClock, database_url: str, seed: int
) -> None:
    clock.now = EVENINGS[seed % len(EVENINGS)]
    crowd = Crowd(client, backend, clock.now, seed)

    crowd.deliver(crowd.sent[:100], clock.now)
    for user in USERS:
        crowd.decide(user)
    crowd.ask(database_url)
    backend.change_rollups(lambda connection: fold(connection, 50))
    crowd.ask(database_url)
    fold_pending(backend)
    for user in USERS[::2]:
        crowd.decide(user)
    crowd.ask(database_url)
    again = [{**each, "revision": 1, "output_tokens": 7} for each in crowd.sent[::5]]
    crowd.deliver([*crowd.sent[90:], *again], clock.now)
    crowd.ask(database_url)
    fold_pending(backend)
    crowd.ask(database_url)
