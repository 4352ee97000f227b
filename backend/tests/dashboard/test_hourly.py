"""Half hours of a day by the clock on the wall, and those that may still come in."""

from datetime import timedelta

import pytest
from backend.tests.dashboard.asking import HOURLY, NO_TOKENS, told, used
from backend.tests.factories import SettableClock, event
from fastapi.testclient import TestClient

pytestmark = pytest.mark.every_engine

NEW_YORK = "tz=America/New_York"


@pytest.mark.parametrize(
    ("synced_at", "first_missing"),
    [
        ("2026-11-20T04:59:59Z", 0),
        ("2026-11-20T05:00:00Z", 1),
        ("2026-11-20T05:29:59Z", 1),
        ("2026-11-20T05:30:00Z", 2),
        ("2026-11-21T04:59:59Z", 48),
        ("2026-11-21T05:00:00Z", 48),
    ],
)
def test_half_hours_after_the_last_sync_are_missing(
    client: TestClient, clock: SettableClock, synced_at: str, first_missing: int
) -> None:
    clock.now = clock.now.fromisoformat(synced_at)
    client.post("/v1/events", json=[event(occurred_at="2026-11-18T00:00:00Z")])
    clock.now += timedelta(days=2)

    answered = told(client, HOURLY, f"day=2026-11-20&{NEW_YORK}")

    assert answered["data"][:first_missing] == [
        {"hour": f"2026-11-20T{slot // 2:02}:{slot % 2 * 30:02}:00", **NO_TOKENS}
        for slot in range(first_missing)
    ]
    assert {row.get("missing") for row in answered["data"][first_missing:]} <= {True}
    assert answered["sync"] == {
        "last_sync_at": synced_at.replace("Z", ".000000Z"),
        "min_interval_minutes": 30,
    }


def test_who_never_synced_misses_nothing_and_a_sync_shows_at_once(
    client: TestClient, clock: SettableClock
) -> None:
    never = told(client, HOURLY)
    client.post("/v1/events", json=[event()])
    synced = told(client, HOURLY)
    clock.now += timedelta(minutes=30)
    client.post("/v1/events", json=[event()])  # a duplicate
    again = told(client, HOURLY, "day=2026-11-21")

    assert never["sync"] == {"last_sync_at": None, "min_interval_minutes": 30}
    missing = [
        [row["hour"][11:] for row in told["data"] if "missing" in row][:1]
        for told in (never, synced, again)
    ]
    assert missing == [[], ["12:30:00"], ["13:00:00"]]


def test_an_hour_that_comes_twice_is_added_up_and_one_that_is_skipped_stays_zero(
    client: TestClient,
) -> None:
    times = ["2026-03-08T06:59:00Z", "2026-03-08T07:00:00Z", "2025-11-02T05:10:00Z"]
    times += ["2025-11-02T06:10:00Z", "2025-11-02T07:00:00Z", "2025-11-03T04:59:00Z"]
    client.post(
        "/v1/events",
        json=[
            event(event_id=str(n), occurred_at=at, input_tokens=10**n, output_tokens=0)
            for n, at in enumerate(times)
        ],
    )

    spring = told(client, HOURLY, f"day=2026-03-08&{NEW_YORK}")["data"]
    autumn = told(client, HOURLY, f"day=2025-11-02&{NEW_YORK}")["data"]

    assert used(spring, "hour") == {"2026-03-08T01:30:00": "1", "2026-03-08T03:00:00": "10"}
    assert used(autumn, "hour") == {
        "2025-11-02T01:00:00": "1100",
        "2025-11-02T02:00:00": "10000",
        "2025-11-02T23:30:00": "100000",
    }
