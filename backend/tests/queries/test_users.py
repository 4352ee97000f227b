"""Users by tokens, once for each of their teams, and under which names."""

from functools import partial
from typing import Any

import pytest
from backend.tests.auth.people import user
from backend.tests.factories import NOW, event
from backend.tests.queries.asking import AS_OF, THREE_DAYS
from fastapi.testclient import TestClient
from msgspec import UNSET

from tokentally.api.backend import Backend
from tokentally.days import DayRange
from tokentally.queries.filters import Filter
from tokentally.queries.users import UsersUsage, tokens_per_user
from tokentally.store.usage import read
from tokentally_jobs.fold import fold_pending

pytestmark = pytest.mark.every_engine

EVERY_DAY = {"start_date": "2026-11-18", "end_date": "2026-11-21"}


def usage(name: str, team: str, *numbers: Any) -> dict[str, Any]:
    tokens, requests, cost_usd, unpriced = numbers
    return {
        "name": name,
        "team": team,
        "tokens": tokens,
        "requests": requests,
        "cost_usd": cost_usd,
        "unpriced_tokens": unpriced,
        "login": name.split()[0],
    }


ADA = usage("ada the Great", "Blue", 1800, 2, "0.003000", 300)
BOB_IN_BLUE = usage("bob the Great", "Blue", 45, 1, "0.000000", 0)
BOB_IN_RED = usage("bob the Great", "Red", 15, 1, "0.000000", 15)
CLEO = usage("cleo", "Red", 3, 1, "0.000000", 0)


@pytest.mark.parametrize("folded", [False, True])
@pytest.mark.parametrize(
    ("params", "users"),
    [
        ({}, [ADA, BOB_IN_BLUE, BOB_IN_RED, CLEO]),
        ({"team": " Red "}, [BOB_IN_RED, CLEO]),
        ({"team": "red"}, []),
        ({"team": "Green"}, []),
        ({"source": "Claude"}, [usage("ada the Great", "Blue", 300, 1, "0.000000", 300)]),
        ({"source": "codex", "team": "Red"}, [BOB_IN_RED, CLEO]),
        ({"source": "nothing"}, []),
        ({"start_date": "2026-11-21"}, [CLEO]),
        (
            {"start_date": "2026-11-18", "end_date": "2026-11-18"},
            [usage("dan", "Unassigned", 7, 1, "0.000000", 7)],
        ),
    ],
)
def test_users_with_tokens_are_listed_once_a_team_most_tokens_first(
    organisation: TestClient,
    backend: Backend,
    folded: bool,
    params: dict[str, str],
    users: list[dict[str, Any]],
) -> None:
    if folded:
        fold_pending(backend)

    response = organisation.get("/tokens/users", params=THREE_DAYS | params)

    assert response.status_code == 200
    found = response.json()
    ids = {entry["name"]: entry.pop("id") for entry in found["users"]}
    assert found == {"users": users, "as_of": AS_OF}
    assert ids == {entry["name"]: ids_in_teams(organisation)[entry["name"]] for entry in users}
    assert "X-Tokentally-Rollup" not in response.headers


def ids_in_teams(client: TestClient) -> dict[str, str]:
    """By what `/tokens` tells users apart, by name."""
    teams = client.get("/tokens", params=EVERY_DAY).json()["teams"]
    users = [user for team in teams for user in team["breakdown"]["api_keys"]]
    return {user["key_alias"]: user["api_key"] for user in users}


def as_others_see_it(backend: Backend) -> UsersUsage:
    days = DayRange(NOW.date(), NOW.date())
    query = partial(tokens_per_user, days=days, only=Filter(), show_all_names=False)
    return read(backend.database, query)


def test_who_is_not_public_or_has_chosen_no_name_is_anonymous_to_others(
    client: TestClient, backend: Backend
) -> None:
    people: dict[str, tuple[dict[str, str | bool], str]] = {
        "ada@example.com": ({"display_name": "Ada", "leaderboard_public": True}, "Ada"),
        "bob@example.com": ({"display_name": "Bob"}, "Anonymous"),
        "cy@example.com": ({"leaderboard_public": True}, "Anonymous"),
        "dan@example.com": ({}, "Anonymous"),
    }
    sent = [
        event(event_id=login, user=login, input_tokens=100 - n) for n, login in enumerate(people)
    ]
    client.post("/v1/events", json=sent)
    for login, (columns, _) in people.items():
        user(backend, login, **columns)

    listed = as_others_see_it(backend).users

    assert [entry.name for entry in listed] == [name for _, name in people.values()]
    assert "@" not in str(listed)
    assert {entry.login for entry in listed} == {UNSET}


def test_users_of_one_name_and_number_keep_their_places(
    client: TestClient, backend: Backend
) -> None:
    pairs = [(login, team) for login in ("z", "y", "x") for team in ("Red", "Blue")]
    for login, team in pairs:  # one by one: whoever came first is first
        client.post("/v1/events", json=[event(event_id=team, user=login, team=team)])

    before = as_others_see_it(backend)
    fold_pending(backend)

    assert [entry.team for entry in before.users] == ["Blue", "Red"] * 3
    assert {entry.name for entry in before.users} == {"Anonymous"}
    assert as_others_see_it(backend) == before
