"""Answers are kept for reuse, and never a moment too long."""

import sqlite3
from pathlib import Path

import pytest
from backend.tests.factories import ORGANISATION, SettableClock, answer, event
from fastapi.testclient import TestClient
from sqlalchemy import insert

from tokentally.api.backend import Backend, open_backend
from tokentally.api.server import create_backend
from tokentally.config import Settings
from tokentally.models.core import team
from tokentally.store.version import raise_version
from tokentally_jobs.fold import fold_pending

pytestmark = pytest.mark.every_engine


@pytest.mark.parametrize("path", ORGANISATION)
def test_the_same_request_gets_the_same_bytes_until_the_data_changes(
    client: TestClient, backend: Backend, path: str
) -> None:
    client.post("/v1/events", json=[event(cost_usd=1)])

    first = client.get(path)
    again = client.get(path)
    fold_pending(backend)
    folded = client.get(path)
    client.post("/v1/events", json=[event(event_id="new", cost_usd=1)])
    changed = client.get(path)

    assert first.content == again.content == folded.content
    assert changed.content != first.content


@pytest.mark.parametrize("path", ORGANISATION)
def test_every_acknowledged_event_shows_at_once(client: TestClient, path: str) -> None:
    seen = [client.get(path).content]

    for n in range(20):
        posted = client.post("/v1/events", json=[event(event_id=str(n), cost_usd="0.01")])
        assert posted.json() == answer(accepted=1)
        seen.append(client.get(path).content)

    assert len(set(seen)) == 21


@pytest.mark.parametrize("path", ORGANISATION)
def test_what_another_process_stored_shows_at_once(
    client: TestClient, settings: Settings, clock: SettableClock, path: str
) -> None:
    before = client.get(path).content
    other = open_backend(settings, clock)
    with TestClient(create_backend(other), base_url="http://localhost") as elsewhere:
        posted = elsewhere.post("/v1/events", json=[event(cost_usd=1)])

        here, there = client.get(path), elsewhere.get(path)
    other.close()

    assert posted.json() == answer(accepted=1)
    assert here.content == there.content != before


def test_on_sqlite_even_a_change_by_hand_shows_at_once(
    client: TestClient, database_path: Path
) -> None:
    client.post("/v1/events", json=[event()])
    client.get("/tokens/models")

    with sqlite3.connect(database_path) as connection:
        connection.execute("UPDATE model SET display_name = 'Renamed'")
    connection.close()

    assert client.get("/tokens/models").json()["models"][0]["model"] == "Renamed"


def test_a_new_team_shows_at_once(client: TestClient, backend: Backend) -> None:
    before = client.get("/tokens/success-rate").json()

    with backend.database.writer.begin() as connection:
        connection.execute(insert(team).values(name="Green"))
        raise_version(connection)

    green = {
        "name": "Green",
        "total_requests": 0,
        "successful_requests": 0,
        "failed_requests": 0,
        "success_rate": 0.0,
    }
    assert before == {"teams": []}
    assert client.get("/tokens/success-rate").json() == {"teams": [green]}


def test_requests_with_other_dates_or_filters_are_other_requests(client: TestClient) -> None:
    client.post(
        "/v1/events",
        json=[
            event(event_id="1", team="Blue", source="codex", input_tokens=1, output_tokens=0),
            event(event_id="2", team="Red", source="codex", input_tokens=2, output_tokens=0),
            event(event_id="3", team="codex", source="blue", input_tokens=4, output_tokens=0),
        ],
    )

    def total(**params: str) -> int:
        models = client.get("/tokens/models", params=params).json()["models"]
        return sum(model["tokens"] for model in models)

    for _ in range(2):
        assert total() == 7
        assert total(team="Blue") == 1
        assert total(source="blue") == 4
        assert total(team="codex") == 4
        assert total(source="codex") == 3
        assert total(team="Red", source="codex") == 2
        assert total(start_date="2026-11-20", end_date="2026-11-20") == 0


def test_a_different_endpoint_with_the_same_parameters_has_its_own_answer(
    client: TestClient,
) -> None:
    client.post("/v1/events", json=[event()])

    bodies = [client.get(path).content for path in ORGANISATION for _ in range(2)]

    assert len(set(bodies)) == len(ORGANISATION)


@pytest.mark.every_engine
@pytest.mark.parametrize("name", ["team", "source"])
def test_a_filter_with_a_nul_is_refused(name: str, client: TestClient) -> None:
    refused = client.get("/tokens/models", params={name: "a\0b"})

    assert refused.status_code == 400
    assert refused.json() == {"detail": f"{name} must be text without NUL"}


@pytest.mark.parametrize(("name", "longest"), [("team", 200), ("source", 64)])
def test_names_that_nothing_can_have_are_refused_and_not_kept(
    name: str, longest: int, client: TestClient
) -> None:
    fits = client.get("/tokens/models", params={name: "x" * longest})
    refused = client.get("/tokens/models", params={name: "x" * (longest + 1)})

    said = f"{name} must be text of at most {longest} characters"
    assert fits.status_code == 200
    assert (refused.status_code, refused.json()) == (400, {"detail": said})


def test_answers_say_that_they_are_the_caller_s_own(client: TestClient) -> None:
    for path in ("", "/models", "/hourly"):
        headers = client.get(f"/tokens{path}").headers
        assert headers["cache-control"] == "private, no-cache"
        assert headers["vary"] == "Authorization"
    assert client.get("/v1/me").headers["cache-control"] == "no-store"
