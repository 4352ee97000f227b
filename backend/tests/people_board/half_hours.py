"""Half hours for tests: sent, refused, and as they are stored."""

from typing import Any

import msgspec
from backend.tests.people_board.asking import INGEST
from fastapi.testclient import TestClient

DAY = 20_778
COUNTS = (
    "input_tokens",
    "cached_input_tokens",
    "output_tokens",
    "reasoning_output_tokens",
    "total_tokens",
)
NO_COUNT = "Token fields must be non-negative integers"
NO_HALF_HOUR = "hour_start must be an ISO timestamp at UTC half-hour boundary"
EXPECTED = "Invalid payload: expected {hourly:[...]} or [...]"
STORED = (
    "SELECT app_user.name, source.name, model.name, occurred_at, mode, input_tokens,"
    " cached_input_tokens, output_tokens, reasoning_output_tokens FROM token_event"
    " JOIN app_user ON app_user.id = user_id JOIN source ON source.id = source_id"
    " JOIN model ON model.id = model_id ORDER BY 1, 2, 3, 4, 6"
)
AT = 1_795_257_000_000_000
"""2026-11-21T10:30:00Z."""


def ingest(client: TestClient, device: dict[str, str], *buckets: dict[str, Any]) -> Any:
    """What is answered to buckets that are taken."""
    response = client.post(INGEST, json={"hourly": buckets}, headers=device)
    assert response.status_code == 200, response.text
    return response.json()


def done(inserted: int, skipped: int) -> dict[str, Any]:
    """How many buckets made a difference, and how many none."""
    return {"success": True, "inserted": inserted, "skipped": skipped}


def refused(client: TestClient, device: dict[str, str], content: Any) -> tuple[int, Any]:
    """The status and body of the answer to any content."""
    headers = device | {"Content-Type": "application/json"}
    response = client.post(INGEST, content=msgspec.json.encode(content), headers=headers)
    return response.status_code, response.json()
