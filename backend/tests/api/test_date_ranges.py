"""The dates of `/tokens*`: whole UTC days, both ends included, each mistake told in one line."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from backend.tests.factories import ORGANISATION, SettableClock, event
from fastapi.testclient import TestClient

FORMAT = "Date must be in YYYY-MM-DD format"
NO_DATES = [
    "",
    " ",
    "today",
    "2024-1-5",
    "2024-01-5",
    "20240105",
    "2024/01/05",
    "05-01-2024",
    "2024-01-05T00:00:00",
    "2024-01-05T00:00:00Z",
    "2024-01-05 ",
    "2024-01-05\n",
    "2024-W01-5",
    "2024-005",
    "2023-02-29",
    "2024-02-30",
    "2024-13-01",
    "2024-00-10",
    "2024-01-00",
    "0000-01-01",
    "-2024-01-05",
    "２024-01-05",  # noqa: RUF001  (a full-width digit)
    "٢٠٢٤-٠١-٠٥",  # noqa: RUF001  (Arabic digits)
    "1704412800",
    "null",
    "2024-01-05\0",
    "' OR 1=1 --",
    "9" * 10_000,
]


def days(client: TestClient, **params: str) -> list[str]:
    """The dates that the time series covers."""
    response = client.get("/tokens/timeseries", params=params)
    assert response.status_code == 200, response.text
    return [day["date"] for day in response.json()["timeseries"]]


@pytest.mark.parametrize("name", ["start_date", "end_date"])
@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_no_date_is_told_with_the_parameter(
    client: TestClient, name: str, text: str
) -> None:
    for path in ORGANISATION:
        response = client.get(path, params={name: text})

        assert (response.status_code, response.json()) == (400, {"detail": f"{name}: {FORMAT}"})
        assert response.headers["content-type"] == "application/json"


@pytest.mark.parametrize("path", ORGANISATION)
@pytest.mark.parametrize(
    ("params", "detail"),
    [
        ({"start_date": "2026-11-22"}, "start_date cannot be in the future"),
        (
            {"start_date": "2026-11-22", "end_date": "2026-11-23"},
            "start_date cannot be in the future",
        ),
        ({"start_date": "9999-12-31"}, "start_date cannot be in the future"),
        ({"end_date": "2026-11-22"}, "end_date cannot be in the future"),
        (
            {"start_date": "2026-11-01", "end_date": "2026-11-22"},
            "end_date cannot be in the future",
        ),
        (
            {"start_date": "2026-11-02", "end_date": "2026-11-01"},
            "end_date must not be before start_date",
        ),
        (
            {"start_date": "2026-11-02", "end_date": "2025-10-01"},
            "end_date must not be before start_date",
        ),
        (
            {"start_date": "2024-09-12", "end_date": "2026-11-21"},
            "Date range too large (max 800 days)",
        ),
        ({"start_date": "2015-01-01"}, "Date range too large (max 800 days)"),
        ({"start_date": "2014-12-31"}, "start_date must not be before 2015-01-01"),
        ({"end_date": "2014-12-31"}, "end_date must not be before 2015-01-01"),
        ({"start_date": "0001-01-01"}, "start_date must not be before 2015-01-01"),
        ({"start_date": "x", "end_date": "y"}, f"start_date: {FORMAT}"),
        ({"start_date": "2026-11-01", "end_date": ""}, f"end_date: {FORMAT}"),
    ],
)
def test_a_range_that_makes_no_sense_is_told_why(
    client: TestClient, path: str, params: dict[str, str], detail: str
) -> None:
    response = client.get(path, params=params)

    assert (response.status_code, response.json()) == (400, {"detail": detail})


@pytest.mark.parametrize(
    ("params", "first", "last"),
    [
        ({}, "2026-11-20", "2026-11-21"),
        ({"start_date": "2026-11-21"}, "2026-11-21", "2026-11-21"),
        ({"start_date": "2026-11-18"}, "2026-11-18", "2026-11-21"),
        ({"end_date": "2026-11-21"}, "2026-11-20", "2026-11-21"),
        ({"end_date": "2024-03-01"}, "2024-02-29", "2024-03-01"),
        ({"end_date": "2015-01-02"}, "2015-01-01", "2015-01-02"),
        ({"start_date": "2026-11-21", "end_date": "2026-11-21"}, "2026-11-21", "2026-11-21"),
        ({"start_date": "2015-01-01", "end_date": "2015-01-01"}, "2015-01-01", "2015-01-01"),
        ({"start_date": "2024-02-28", "end_date": "2024-03-01"}, "2024-02-28", "2024-03-01"),
        ({"start_date": "2024-09-13"}, "2024-09-13", "2026-11-21"),
        ({"start_date": "2024-09-13", "end_date": "2026-11-21"}, "2024-09-13", "2026-11-21"),
    ],
)
def test_a_range_holds_every_day_of_it_and_both_ends(
    client: TestClient, params: dict[str, str], first: str, last: str
) -> None:
    covered = days(client, **params)

    start, end = date.fromisoformat(first), date.fromisoformat(last)
    assert covered == [(start + timedelta(n)).isoformat() for n in range((end - start).days + 1)]


def test_the_day_before_the_first_is_the_start_of_a_range_that_ends_on_the_first(
    client: TestClient,
) -> None:
    response = client.get("/tokens/models", params={"end_date": "2015-01-01"})

    assert (response.status_code, response.json()) == (200, {"models": [], "as_of": None})


@pytest.mark.parametrize("path", ORGANISATION)
def test_unknown_parameters_are_ignored_and_nothing_answers_422(
    client: TestClient, path: str
) -> None:
    plain = client.get(path)
    params: Any = [("x", "1"), ("days[]", "NaN"), ("limit", "-1"), ("", ""), ("team", "")]

    odd = client.get(path, params=params)

    assert (odd.status_code, odd.content) == (200, plain.content)


def test_today_moves_with_the_clock_at_midnight_utc(
    client: TestClient, clock: SettableClock
) -> None:
    clock.now = datetime(2026, 11, 21, 23, 59, 59, 999_999, tzinfo=UTC)
    client.post("/v1/events", json=[event(occurred_at="2026-11-22T00:00:00Z", event_id="next")])
    client.post("/v1/events", json=[event(occurred_at="2026-11-20T23:59:59.999999Z")])
    before = (days(client), client.get("/tokens/hourly").json()["hours"])

    clock.now = datetime(2026, 11, 22, tzinfo=UTC)

    after = (days(client), client.get("/tokens/hourly").json()["hours"])
    assert before == (["2026-11-20", "2026-11-21"], hours({23: 120}))
    assert after == (["2026-11-21", "2026-11-22"], hours({0: 120}))
    assert days(client, end_date="2026-11-22") == ["2026-11-21", "2026-11-22"]


def hours(used: dict[int, int]) -> list[dict[str, int]]:
    return [{"hour": hour, "tokens": used.get(hour, 0)} for hour in range(24)]
