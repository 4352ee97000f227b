"""Asking for one's own usage, and what comes back as exact numbers."""

import json
from decimal import Decimal
from typing import Any

from fastapi.testclient import TestClient

CHARTS = "/api/usage/costs/models/daily"
EVENTS = "/api/usage/costs"
DAILY = "/api/usage/costs/daily"
PATHS = (CHARTS, EVENTS, DAILY)


def asked(client: TestClient, path: str, **params: str) -> Any:
    """The answer, its decimals as they are printed."""
    response = client.get(path, params=params)
    assert response.status_code == 200, response.text
    return json.loads(response.content, parse_float=Decimal)


def assert_opaque(event_ids: list[str]) -> None:
    """Ids are opaque: they differ, and tell nothing."""
    assert len(set(event_ids)) == len(event_ids)
    assert all(len(each) == 32 and each.isalnum() for each in event_ids)
