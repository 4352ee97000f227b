"""The paths of people, and asking them."""

from typing import Any

from fastapi.testclient import TestClient

BOARD = "/functions/vibeusage-leaderboard"
SETTINGS = "/functions/vibeusage-leaderboard-settings"
INGEST = "/functions/vibeusage-ingest"
PING = "/functions/vibeusage-sync-ping"


def board(client: TestClient, headers: dict[str, str] | None = None, **params: str) -> Any:
    """The leaderboard, of today if no period is named."""
    response = client.get(BOARD, params={"period": "day", **params}, headers=headers)
    assert response.status_code == 200, response.text
    return response.json()


def bucket(**overrides: Any) -> dict[str, Any]:
    """A half hour as the CLI states it, with `overrides` in place of the defaults.

    The total is that of input and output where these are numbers.
    """
    stated = {
        "hour_start": "2026-11-21T10:30:00.000Z",
        "source": "codex",
        "model": "gpt-5.2-codex",
        "input_tokens": 1200,
        "cached_input_tokens": 200,
        "output_tokens": 300,
        "reasoning_output_tokens": 50,
    } | overrides
    parts = (stated["input_tokens"], stated["output_tokens"])
    total = sum(part for part in parts if isinstance(part, int))
    return {"total_tokens": total, **stated}
