"""Which team an event counts for, and what is noted of how deliveries ended."""

from typing import Any

import pytest
from backend.tests.factories import answer, event
from fastapi.testclient import TestClient
from sqlalchemy import insert, select, update

from tokentally.api.backend import Backend
from tokentally.days import day_number
from tokentally.ingest.normalise import COUNT_RULE, RULES
from tokentally.models.core import app_user, ingest_stat, team

pytestmark = pytest.mark.every_engine

MOMENT = {"start_date": "2026-11-21", "end_date": "2026-11-21"}


def assign(backend: Backend, user: str, to_team: str) -> None:
    """Put a user (made where unknown) into a team (made where unknown)."""
    with backend.database.writer.begin() as connection:
        teams = connection.execute(select(team.c.name)).scalars().all()
        if to_team not in teams:
            connection.execute(insert(team).values(name=to_team))
        users = connection.execute(select(app_user.c.name)).scalars().all()
        if user not in users:
            connection.execute(
                insert(app_user).values(name=user, display_name="", leaderboard_public=0)
            )
        own = select(team.c.id).where(team.c.name == to_team).scalar_subquery()
        connection.execute(update(app_user).where(app_user.c.name == user).values(team_id=own))


def tokens_by_team(client: TestClient) -> dict[str, int]:
    teams = client.get("/tokens", params=MOMENT).json()["teams"]
    return {entry["name"]: entry["tokens"] for entry in teams}


def test_without_a_team_an_event_counts_for_the_team_of_its_user(
    client: TestClient, backend: Backend
) -> None:
    assign(backend, "ada", "Blue")
    events = [
        event(event_id="1", user="ada"),
        event(event_id="2", user="ada", team="  "),
        event(event_id="3", user="ada", team="Red"),
        event(event_id="4", user="bob"),
        event(event_id="5"),
    ]

    posted = client.post("/v1/events", json=events)

    assert posted.json() == answer(accepted=5)
    assert tokens_by_team(client) == {"Blue": 240, "Unassigned": 240, "Red": 120}


def test_a_user_who_moves_takes_no_old_events_along(client: TestClient, backend: Backend) -> None:
    assign(backend, "ada", "Blue")
    client.post("/v1/events", json=[event(event_id="1", user="ada")])

    assign(backend, "ada", "Red")
    posted = client.post("/v1/events", json=[event(event_id="2", user="ada")])

    assert posted.json() == answer(accepted=1)
    assert tokens_by_team(client) == {"Blue": 120, "Red": 120}


def test_a_stored_event_without_a_named_team_can_be_sent_again_unchanged(
    client: TestClient, backend: Backend
) -> None:
    assign(backend, "ada", "Blue")
    sent = event(user="ada")
    client.post("/v1/events", json=[sent])

    assert client.post("/v1/events", json=[sent]).json() == answer(duplicate=1)
    assert client.post("/v1/events", json=[sent | {"team": "Blue"}]).json() == answer(duplicate=1)


def move(client: TestClient, to_team: str | None) -> None:
    """Put ada into a team, or out of hers, as an admin does."""
    moved = client.put("/v1/admin/users/ada/team", json={"team": to_team})
    assert moved.status_code == 200


@pytest.mark.parametrize(("before", "after"), [("Blue", "Red"), ("Red", "Blue"), ("Red", None)])
def test_an_event_that_is_sent_again_stays_in_the_team_that_its_user_has_left(
    client: TestClient, before: str, after: str | None
) -> None:
    one, two = (event(event_id=number, user="ada") for number in ("1", "2"))
    client.post("/v1/admin/users", json={"name": "ada", "team": before})
    client.post("/v1/events", json=[one, two])

    move(client, after)
    posted = (
        client.post("/v1/events", json=[one]).json(),
        client.post("/v1/events", json=[one, two, two]).json(),
    )

    assert posted == (answer(duplicate=1), answer(duplicate=3))
    assert {team: n for team, n in tokens_by_team(client).items() if n} == {before: 240}


@pytest.mark.parametrize("own", ["Blue", "Red", None])
def test_a_named_team_stands_against_none_whichever_comes_first(
    client: TestClient, own: str | None
) -> None:
    client.post("/v1/admin/users", json={"name": "ada", "team": own})
    for event_id, teams in (("1", [None, "Mauve"]), ("2", ["Mauve", None])):
        for team_name in teams:
            client.post("/v1/events", json=[event(event_id=event_id, user="ada", team=team_name)])

    assert {team: n for team, n in tokens_by_team(client).items() if n} == {"Mauve": 240}


def stats(backend: Backend) -> dict[tuple[Any, ...], int]:
    """The numbers by source, kind and reason; all of them of the day of receipt."""
    with backend.database.readers.connect() as connection:
        rows = connection.execute(select(ingest_stat)).all()
    assert {row.day for row in rows} <= {day_number(backend.clock().date())}
    return {(row.source, row.kind, row.reason): row.n for row in rows}


def test_every_end_of_a_delivery_is_counted_by_source_and_reason(
    client: TestClient, backend: Backend
) -> None:
    events = [
        event(event_id="1"),
        event(event_id="1"),
        event(event_id="1", revision=1),
        event(event_id="1"),
        event(event_id="2", source="claude", total_tokens=7),
        event(event_id="3", output_tokens=-1),
        event(event_id="4", output_tokens=True),
        event(event_id="5", occurred_at="never"),
        5,
    ]

    posted = client.post("/v1/events", json=events).json()

    counts = {name: n for name, n in posted.items() if name != "errors"}
    assert counts == {
        "accepted": 2,
        "duplicate": 1,
        "updated": 1,
        "superseded": 1,
        "rejected": 4,
    }
    assert stats(backend) == {
        ("codex", "accepted", ""): 1,
        ("codex", "duplicate", ""): 1,
        ("codex", "updated", ""): 1,
        ("codex", "superseded", ""): 1,
        ("claude", "accepted", ""): 1,
        ("claude", "mismatch", ""): 1,
        ("codex", "rejected", f"output_tokens {COUNT_RULE}"): 1,
        ("", "rejected", f"output_tokens {COUNT_RULE}"): 1,
        ("codex", "rejected", f"occurred_at {RULES['occurred_at']}"): 1,
        ("", "rejected", "no JSON object"): 1,
    }


def test_counts_add_up_over_requests_of_a_day(client: TestClient, backend: Backend) -> None:
    for n in range(3):
        client.post("/v1/events", json=[event(event_id=str(n)), event(event_id="bad", model=5)])

    assert stats(backend) == {
        ("codex", "accepted", ""): 3,
        ("", "rejected", f"model {RULES['model']}"): 3,
    }
