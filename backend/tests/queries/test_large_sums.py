"""Sums near and past 64 bits: refused before a bucket could overflow, exact in every answer."""

from collections.abc import Iterator
from typing import Any

import pytest
from backend.tests.engines.engine import Engine
from backend.tests.engines.plain import rows
from backend.tests.factories import SettableClock, answer, event, refusal
from fastapi.testclient import TestClient
from sqlalchemy import insert, select, text

from tokentally.api.backend import Backend, open_backend
from tokentally.api.server import create_backend
from tokentally.config import Settings
from tokentally.models.core import pending_usage, team, token_event
from tokentally.store.verify import differences
from tokentally.store.version import raise_version
from tokentally_jobs.fold import fold_pending

pytestmark = pytest.mark.every_engine

ROOM = 4_611
"""How many events of 10^6 USD fit into half of a 64-bit number of nano-USD."""

REFUSED = "a sum that it is part of would exceed 64 bits"
REFUSALS = "SELECT reason, n FROM ingest_stat WHERE kind = 'rejected'"
DAYS = {"start_date": "2026-11-20", "end_date": "2026-11-21"}
DAY = 20_778
TEAMS = ("Green", "Red", "Unassigned")
OTHER_KEYS = {
    "sqlite": "CAST(event_key || '{}' AS BLOB)",
    "postgresql": "event_key || '{}'::bytea",
}


def dear(event_id: str, **overrides: Any) -> dict[str, Any]:
    return event(event_id=event_id, cost_usd=1_000_000, **overrides)


@pytest.fixture(scope="module")
def full_database(engine: Engine) -> Iterator[str]:
    """A database in which the bucket of each of three teams is full, to be copied."""
    url = engine.fresh()
    backend = open_backend(Settings(database_url=url, _env_file=None), SettableClock())
    with TestClient(create_backend(backend), base_url="http://localhost") as client:
        events = [dear(str(n)) for n in range(ROOM + 20)]
        full = client.post("/v1/events", json=events[:ROOM]).json()
        more = client.post("/v1/events", json=events[ROOM:]).json()
    beyond = [refusal(n, str(ROOM + n), None, REFUSED) for n in range(20)]
    assert full == answer(accepted=ROOM)
    assert more == answer(rejected=20, errors=beyond)
    for name in TEAMS[:2]:
        copy_of_bucket(backend, name, OTHER_KEYS[engine.name].format(name))
    backend.close()
    yield url
    engine.drop(url)


def copy_of_bucket(backend: Backend, name: str, other_keys: str) -> None:
    """Give another team the same events: sending them all would take long."""
    with backend.database.writer.begin() as connection:
        connection.execute(insert(team).values(name=name))
        ids = {row.name: row.id for row in connection.execute(select(team.c.id, team.c.name))}
        own = ids[name]
        changed = {"id": f"id + {own} * 10000", "team_id": str(own), "event_key": other_keys}
        for table in (token_event, pending_usage):
            values = {column.name: column.name for column in table.columns} | changed
            columns = [column.name for column in table.columns]
            connection.execute(
                text(
                    f"INSERT INTO {table.name} ({', '.join(columns)}) "  # noqa: S608
                    f"SELECT {', '.join(values[name] for name in columns)} "
                    f"FROM {table.name} WHERE team_id = {ids['Unassigned']}"
                )
            )
        raise_version(connection)


@pytest.fixture
def database_url(engine: Engine, full_database: str) -> Iterator[str]:
    url = engine.copy(full_database)
    yield url
    engine.drop(url)


def assert_exact(backend: Backend) -> None:
    with backend.database.readers.connect() as connection:
        assert list(differences(connection, DAY)) == []


def test_what_was_accepted_is_a_duplicate_again_and_the_rest_still_rejected(
    client: TestClient, backend: Backend, database_url: str
) -> None:
    events = [dear(str(n)) for n in range(ROOM - 10, ROOM + 5)]

    posted = client.post("/v1/events", json=events).json()

    beyond = [refusal(10 + n, str(ROOM + n), None, REFUSED) for n in range(5)]
    assert posted == answer(duplicate=10, rejected=5, errors=beyond)
    assert rows(database_url, REFUSALS) == [(REFUSED, 20 + 5)]
    assert_exact(backend)


@pytest.mark.parametrize("folded", [False, True])
def test_a_full_bucket_still_takes_ordinary_events_and_other_buckets_dear_ones(
    client: TestClient, backend: Backend, folded: bool
) -> None:
    if folded:
        fold_pending(backend)
    events = [
        dear("full"),
        event(event_id="ordinary", cost_usd=1),
        dear("other day", occurred_at="2026-11-20T10:15:00Z", user="ada"),
        dear("other team", team="Blue"),
        dear("other source", source="claude", user="ada"),
        dear("other model", model="o3", user="ada"),
        event(event_id="0", revision=1, cost_usd=2),
    ]

    posted = client.post("/v1/events", json=events).json()

    assert posted == answer(
        accepted=5, updated=1, rejected=1, errors=[refusal(0, "full", None, REFUSED)]
    )
    assert_exact(backend)


def test_an_update_that_would_overflow_its_bucket_leaves_the_event_as_it_was(
    client: TestClient, backend: Backend
) -> None:
    client.post("/v1/events", json=[event(event_id="small", cost_usd=1)])
    before = client.get("/tokens/models").json()

    posted = client.post("/v1/events", json=[dear("small", revision=1)]).json()

    assert posted == answer(rejected=1, errors=[refusal(0, "small", None, REFUSED)])
    assert client.get("/tokens/models").json() == before
    assert_exact(backend)


def test_an_ordinary_delivery_cannot_move_a_dear_event_into_a_full_bucket(
    client: TestClient, backend: Backend
) -> None:
    far = dear("far", occurred_at="2026-11-22T00:00:00Z", user="ada")
    client.post("/v1/events", json=[far])
    before = client.get("/tokens/models").json()

    posted = client.post(
        "/v1/events", json=[event(event_id="far", user="ada", input_tokens=0)]
    ).json()

    assert posted == answer(rejected=1, errors=[refusal(0, "far", None, REFUSED)])
    assert client.get("/tokens/models").json() == before
    assert_exact(backend)


def test_an_update_within_a_full_bucket_needs_no_further_room(client: TestClient) -> None:
    posted = client.post("/v1/events", json=[dear("0", revision=1)]).json()

    assert posted == answer(updated=1)


@pytest.mark.parametrize("state", ["not folded", "folded", "without rollups"])
def test_answers_over_several_full_buckets_are_exact(
    client: TestClient, backend: Backend, state: str
) -> None:
    if state != "not folded":
        fold_pending(backend)
    if state == "without rollups":
        with backend.database.writer.begin() as connection:
            for name in ("model_daily_usage", "user_daily_usage", "user_quarter_usage"):
                connection.execute(text(f"DROP TABLE {name}"))

    models = client.get("/tokens/models", params=DAYS)
    teams = client.get("/tokens", params=DAYS).json()["teams"]
    cells = client.get("/tokens/cost-efficiency", params=DAYS).json()["cells"]
    hours = client.get("/tokens/hourly", params=DAYS).json()["hours"]

    tokens = 120 * 3 * ROOM
    assert models.headers.get("X-Tokentally-Rollup") == (
        "fallback" if state == "without rollups" else None
    )
    assert models.json()["models"] == [
        {
            "model": "GPT-4.1",
            "tokens": tokens,
            "model_ids": ["openai/gpt-4.1"],
            "requests": 3 * ROOM,
            "cost_usd": "13833000000.000000",
            "unpriced_tokens": 0,
        }
    ]
    assert [(entry["name"], entry["cost_usd"]) for entry in teams] == [
        (name, "4611000000.000000") for name in TEAMS
    ]
    assert cells == [
        {
            "team": name,
            "model": "GPT-4.1",
            "cost_per_1k_tokens": 8333333.333333,
            "total_cost": 4611000000.0,
            "total_tokens": 120 * ROOM,
            "unpriced_tokens": 0,
        }
        for name in TEAMS
    ]
    assert hours[10] == {"hour": 10, "tokens": tokens}
    assert_exact(backend)


def test_one_request_that_passes_the_room_of_a_bucket_is_taken_as_far_as_it_fits(
    client: TestClient,
) -> None:
    events = [
        dear(f"{model}-{n}", model=model, user="ada") for model in ("o3", "o4") for n in range(50)
    ]

    posted = client.post("/v1/events", json=[dear("full"), *events, dear("also full")]).json()

    errors = [refusal(0, "full", None, REFUSED), refusal(101, "also full", None, REFUSED)]
    assert posted == answer(accepted=100, rejected=2, errors=errors)


@pytest.mark.parametrize(
    "other", [{"model": "o3"}, {"source": "claude"}, {"occurred_at": "2026-11-20T10:15:00Z"}]
)
def test_all_that_a_person_uses_in_a_team_has_no_more_room_than_a_model_on_a_day(
    client: TestClient, backend: Backend, other: dict[str, str]
) -> None:
    posted = client.post("/v1/events", json=[dear("more", **other)]).json()

    assert posted == answer(rejected=1, errors=[refusal(0, "more", None, REFUSED)])
    fold_pending(backend)
    assert_exact(backend)


def test_the_largest_counts_add_up_exactly(client: TestClient) -> None:
    most = {"input_tokens": 10**12, "cached_input_tokens": 10**12, "cache_write_tokens": 10**12}
    events = [
        event(event_id=f"most-{n}", model="o3", pricing_mode="add", output_tokens=10**12, **most)
        for n in range(200)
    ]

    posted = client.post("/v1/events", json=events)

    found = {entry["model"]: entry for entry in client.get("/tokens/models").json()["models"]}
    assert posted.json() == answer(accepted=200)
    assert (found["O3"]["tokens"], found["O3"]["unpriced_tokens"]) == (8 * 10**14, 8 * 10**14)
