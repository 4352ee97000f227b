"""What is wrong with a request is told in the words of the contract, in a fixed order."""

from typing import Any

import pytest
from backend.tests.dashboard_oracle.asking import answered
from backend.tests.dashboard_oracle.questions import ENDPOINTS
from fastapi.testclient import TestClient
from httpx2 import Response

PREFIXES = ("/functions", "/api/functions")
RANGES = ("summary", "breakdown", "daily")
NO_DATES = [
    "2025-02-30",
    "2025-13-01",
    "2025-00-10",
    "2025-1-1",
    "20250101",
    "2025-W01-1",
    "2025-01-01T00:00:00",
    "yesterday",
    "-1",
    "0",
    "\u0662\u0660\u0662\u0665-\u0660\u0661-\u0660\u0661",
    "2025-01-01\0",
    "2025-01-01,2025-01-02",
    "x" * 5_000,
    "2014-12-31",
    "2100-01-02",
    "0000-01-01",
    "9999-12-31",
]
"""The last four are real, but far from any usage."""


def said(response: Response) -> tuple[int, Any]:
    return response.status_code, response.json()


def assert_refused(client: TestClient, endpoint: str, message: str, **params: str) -> None:
    """Under both prefixes it is 400 and this message."""
    params = {name.rstrip("_"): text for name, text in params.items()}
    for prefix in PREFIXES:
        response = client.get(f"{prefix}/{ENDPOINTS[endpoint]}", params=params)
        assert said(response) == (400, {"error": message}), params


@pytest.mark.parametrize("no_date", NO_DATES, ids=lambda text: repr(text[:20]))
def test_what_is_no_date_is_told_by_its_parameter(client: TestClient, no_date: str) -> None:
    for endpoint in RANGES:
        assert_refused(client, endpoint, "Invalid from date", from_=no_date)
        assert_refused(client, endpoint, "Invalid from date", from_=no_date, to="2025-01-01")
        assert_refused(client, endpoint, "Invalid to date", to=no_date)
        assert_refused(client, endpoint, "Invalid to date", to=no_date, from_="2025-01-01")
    assert_refused(client, "hourly", "Invalid day", day=no_date)
    assert_refused(client, "monthly", "Invalid to date", to=no_date)
    assert_refused(client, "heatmap", "Invalid to", to=no_date)


@pytest.mark.parametrize("endpoint", RANGES)
def test_a_range_has_a_direction_and_an_end(client: TestClient, endpoint: str) -> None:
    too_large = "Date range too large (max 800 days)"
    days_800 = {"from": "2024-01-01", "to": "2026-03-10"}

    assert_refused(client, endpoint, "Invalid date range", from_="2025-01-02", to="2025-01-01")
    assert_refused(client, endpoint, "Invalid date range", from_="2025-12-31", to="2025-01-01")
    assert_refused(client, endpoint, "Invalid date range", from_="2026-11-22")
    assert_refused(client, endpoint, "Invalid date range", from_="2027-11-22")
    assert_refused(client, endpoint, too_large, from_="2024-01-01", to="2026-03-11")
    assert_refused(client, endpoint, too_large, from_="2015-01-01")
    assert_refused(client, endpoint, too_large, from_="2015-01-01", to="2100-01-01")
    assert answered(client, endpoint, days_800).get("days", 800) == 800


@pytest.mark.parametrize("months", ["0", "25", "-1", "x", "1.5", "1e1", "0x2", "9" * 30])
def test_months_are_1_to_24(client: TestClient, months: str) -> None:
    assert_refused(client, "monthly", "Invalid months", months=months)


@pytest.mark.parametrize("weeks", ["0", "105", "-1", "x", "1.5", "1e1", "0x2", "9" * 30])
def test_weeks_are_1_to_104(client: TestClient, weeks: str) -> None:
    assert_refused(client, "heatmap", "Invalid weeks", weeks=weeks)


@pytest.mark.parametrize("starts", ["tue", "0", "sunday", "s", "sun,mon"])
def test_weeks_start_on_sunday_or_monday(client: TestClient, starts: str) -> None:
    assert_refused(client, "heatmap", "Invalid week_starts_on", week_starts_on=starts)


@pytest.mark.parametrize("period", [None, "", " ", "year", "weekly", "day,week", "0", "\0"])
def test_a_board_has_a_known_period(client: TestClient, period: str | None) -> None:
    asked = {"metric": "nothing", "limit": "x"} | ({} if period is None else {"period": period})

    for prefix in PREFIXES:
        response = client.get(f"{prefix}/vibeusage-leaderboard", params=asked)
        assert said(response) == (400, {"error": "Invalid period"})


@pytest.mark.parametrize("metric", ["tokens", "totals", "cost_usd", "total,input", "0", "\0"])
def test_a_board_has_a_known_metric(client: TestClient, metric: str) -> None:
    for prefix in PREFIXES:
        asked = {"period": "day", "metric": metric}
        response = client.get(f"{prefix}/vibeusage-leaderboard", params=asked)
        assert said(response) == (400, {"error": "Invalid metric"})
