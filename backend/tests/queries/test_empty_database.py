"""What is answered before anything was ever stored."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

pytestmark = pytest.mark.every_engine

DAY = {"start_date": "2026-11-21", "end_date": "2026-11-21"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/tokens", {"teams": [], "as_of": None}),
        ("/tokens/models", {"models": [], "as_of": None}),
        ("/tokens/users", {"users": [], "as_of": None}),
        ("/tokens/timeseries", {"timeseries": [{"date": "2026-11-21", "teams": []}]}),
        ("/tokens/success-rate", {"teams": []}),
        ("/tokens/cost-efficiency", {"cells": []}),
        ("/tokens/hourly", {"hours": [{"hour": hour, "tokens": 0} for hour in range(24)]}),
    ],
)
def test_an_empty_database_answers_with_empty_lists(
    client: TestClient, path: str, body: dict[str, Any]
) -> None:
    response = client.get(path, params=DAY)

    assert (response.status_code, response.json()) == (200, body)
    assert "X-Tokentally-Rollup" not in response.headers
