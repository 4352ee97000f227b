"""Asking `/tokens` about three days of the small organisation."""

from typing import Any

from backend.tests.factories import NOW
from fastapi.testclient import TestClient

from tokentally.clock import microseconds, rfc3339

THREE_DAYS = {"start_date": "2026-11-19", "end_date": "2026-11-21"}
AS_OF = rfc3339(microseconds(NOW))


def get(client: TestClient, path: str, **params: str) -> Any:
    """The answer, which rollups gave."""
    response = client.get(f"/tokens{path}", params=THREE_DAYS | params)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert "X-Tokentally-Rollup" not in response.headers
    return response.json()
