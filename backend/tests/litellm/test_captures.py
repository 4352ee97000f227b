"""What a real proxy sent, against what its clients were answered."""

import json
from pathlib import Path
from typing import Any

import pytest
from backend.tests.factories import NOW, answer
from backend.tests.litellm.records import JSON, PATH
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.auth.caller import LOCAL
from tokentally.clock import microseconds
from tokentally.days import DAY_MICROS
from tokentally.queries.events import events_of

CAPTURES = Path(__file__).parents[1] / "data/captures/litellm"
EXPECTED: dict[str, list[dict[str, Any]]] = json.loads((CAPTURES / "expected.json").read_text())
DAY = microseconds(NOW) // DAY_MICROS


def stored(backend: Backend) -> list[dict[str, Any]]:
    """The stored events in the form of the captures' notes, without their ids."""
    with backend.database.readers.connect() as connection:
        events = list(events_of(connection, range(DAY, DAY + 1)))
    assert {event["pricing_mode"] for event in events} == {"overlap"}
    return [{name: event[name] for name in EXPECTED["single-2.json"][0]} for event in events]


def by_time(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(events, key=lambda event: str(event["occurred_at"]))


def as_kept(event: dict[str, Any]) -> dict[str, Any]:
    """An expected event; who is not named is the owner of the server, and in no team."""
    return event | {
        "user": event["user"] or LOCAL.user,
        "team": event["team"] or "Unassigned",
    }


@pytest.mark.every_engine
@pytest.mark.parametrize("name", EXPECTED)
def test_every_count_cost_name_and_time_is_kept(
    client: TestClient, backend: Backend, name: str
) -> None:
    posted = client.post(PATH, content=(CAPTURES / name).read_bytes(), headers=JSON)

    assert posted.json() == answer(accepted=len(EXPECTED[name]))
    assert by_time(stored(backend)) == by_time([as_kept(event) for event in EXPECTED[name]])


@pytest.mark.parametrize("name", EXPECTED)
def test_a_body_that_comes_again_changes_nothing(
    client: TestClient, backend: Backend, name: str
) -> None:
    body = (CAPTURES / name).read_bytes()
    client.post(PATH, content=body, headers=JSON)
    before = stored(backend)

    again = client.post(PATH, content=body, headers=JSON)

    assert again.json() == answer(duplicate=len(EXPECTED[name]))
    assert stored(backend) == before


def test_calls_count_once_in_whatever_form_they_come(client: TestClient) -> None:
    """The lines and the single objects are the same three calls."""
    lines = client.post(PATH, content=(CAPTURES / "custom-name.ndjson").read_bytes(), headers=JSON)
    singles = [
        client.post(PATH, content=(CAPTURES / f"{name}.json").read_bytes(), headers=JSON).json()
        for name in ("single-1-full", "single-2", "single-3-failure")
    ]

    assert lines.json() == answer(accepted=3)
    assert singles == [answer(duplicate=1)] * 3
