"""An event that comes more than once, and what a server says of it."""

from typing import Any

from backend.tests.factories import ORGANISATION, event
from fastapi.testclient import TestClient

MONTH = {"start_date": "2026-11-01", "end_date": "2026-11-21"}

BASE = event(
    input_tokens=100,
    cached_input_tokens=30,
    cache_write_tokens=20,
    cache_write_1h_tokens=10,
    output_tokens=40,
    reasoning_output_tokens=10,
    model="m",
    team="Blue",
    revision=5,
)


def outcome(client: TestClient, *events: dict[str, Any]) -> dict[str, int]:
    """The non-zero counts in the answer to these events in one request."""
    posted = client.post("/v1/events", json=list(events)).json()
    assert posted["errors"] == []
    return {name: n for name, n in posted.items() if name != "errors" and n}


def state(client: TestClient) -> dict[str, Any]:
    """What every organisation-wide answer says of the month, without the time of receipt."""
    answers = {
        path.removeprefix("/tokens"): client.get(path, params=MONTH).json() for path in ORGANISATION
    }
    for body in answers.values():
        body.pop("as_of", None)
    return answers
