"""A small organisation: two teams with usage, one without, and users who are in none."""

import pytest
from backend.tests.factories import answer, event
from fastapi.testclient import TestClient
from sqlalchemy import insert, update

from tokentally.api.backend import Backend
from tokentally.models.core import app_user, team
from tokentally_jobs.fold import fold_pending

EVENTS = [
    event(
        event_id="1",
        occurred_at="2026-11-19T23:59:59.999999Z",
        user="ada",
        team="Blue",
        model="openai/gpt-4.1",
        input_tokens=1000,
        output_tokens=500,
        cost_usd="0.003",
    ),
    event(
        event_id="2",
        occurred_at="2026-11-20T00:00:00Z",
        user="ada",
        team="Blue",
        source="claude",
        model="anthropic/claude-4.6-opus",
        input_tokens=200,
        output_tokens=100,
        success=False,
    ),
    event(
        event_id="3",
        occurred_at="2026-11-20T12:30:00Z",
        user="bob",
        team="Blue",
        model="gpt-4.1",
        input_tokens=30,
        output_tokens=15,
        cost_usd="0.0000005",
    ),
    event(
        event_id="4",
        occurred_at="2026-11-20T13:00:00Z",
        user="bob",
        team="Red",
        model="gpt-4.1",
        input_tokens=10,
        output_tokens=5,
    ),
    event(
        event_id="5",
        occurred_at="2026-11-21T00:00:00Z",
        user="ada",
        team="Red",
        model="gpt-4.1",
        input_tokens=0,
        output_tokens=0,
        success=False,
        cost_usd="1",
    ),
    event(
        event_id="6",
        occurred_at="2026-11-21T11:59:59Z",
        user="cleo",
        team="Red",
        model="o3",
        input_tokens=3,
        output_tokens=0,
        cost_usd="0.000000001",
    ),
]
UNASSIGNED = event(
    event_id="7",
    occurred_at="2026-11-18T05:00:00Z",
    user="dan",
    model="o3",
    input_tokens=7,
    output_tokens=0,
)


@pytest.fixture
def organisation(client: TestClient, backend: Backend) -> TestClient:
    """The server after `EVENTS` and `UNASSIGNED`; the team Green has never used anything."""
    posted = client.post("/v1/events", json=[*EVENTS, UNASSIGNED])
    assert posted.json() == answer(accepted=7)
    with backend.database.writer.begin() as connection:
        connection.execute(insert(team).values(name="Green"))
        connection.execute(
            update(app_user)
            .where(app_user.c.name.in_(["bob", "cleo"]))
            .values(leaderboard_public=1)
        )
        connection.execute(
            update(app_user)
            .where(app_user.c.name.in_(["ada", "bob"]))
            .values(display_name=app_user.c.name + " the Great")
        )
    return client


@pytest.fixture(params=["before the fold", "half folded", "after the fold"])
def folds(request: pytest.FixtureRequest, organisation: TestClient, backend: Backend) -> None:
    """What is asked is not folded yet, all but one event is, or everything is."""
    if request.param == "after the fold":
        assert fold_pending(backend) == 7
    if request.param == "half folded":
        again = event(event_id="old", occurred_at="2026-10-01T00:00:00Z", user="dan")
        fold_pending(backend)
        posted = organisation.post("/v1/events", json=[again])
        assert posted.json() == answer(accepted=1)
