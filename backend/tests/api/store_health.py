"""A store asked how it does: who asks, and the answer of an empty one."""

from typing import Any

from backend.tests.auth.people import LATER, bearer, key, token
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend

AT = "2026-11-21T12:00:00.000000Z"
READER = bearer(token("ada", name="Ada Lovelace", exp=LATER + 86_400))
NOTHING: dict[str, Any] = {
    "as_of": None,
    "events": 0,
    "pending": {"rows": 0, "oldest_seconds": 0.0},
    "last_fold": None,
    "last_verify": None,
    "rollups_building": [],
    "sealed_days": {"count": 0, "first": None, "last": None},
    "deliveries": {
        "first_day": "2026-11-15",
        "last_day": "2026-11-21",
        "mismatches": 0,
        "counts": [],
    },
    "unpriced": {"first_day": "2026-10-23", "last_day": "2026-11-21", "count": 0, "models": []},
    "findings": [],
}


def health(client: TestClient, headers: dict[str, str] = READER) -> dict[str, Any]:
    """The answer, less the parts that no test can know."""
    response = client.get("/v1/health", headers=headers)
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "no-store"
    said: dict[str, Any] = response.json()
    assert said.pop("data_version") >= 0
    database = said.pop("database")
    assert database.keys() == {"engine", "bytes"}
    assert database["engine"].startswith(("SQLite 3.", "PostgreSQL 1"))
    assert database["bytes"] > 10_000
    return said


def send(client: TestClient, backend: Backend, *events: object) -> None:
    gateway = bearer(key(backend, "gateway", "ingest:any"))
    assert client.post("/v1/events", json=events, headers=gateway).status_code == 200
