"""Months by the local calendar, and the levels of a heatmap."""

import pytest
from backend.tests.dashboard.asking import HEATMAP, MONTHLY, NO_TOKENS, tokens, told
from backend.tests.factories import event
from fastapi.testclient import TestClient

pytestmark = pytest.mark.every_engine


def test_months_are_local_ones(client: TestClient) -> None:
    first = event(event_id="1", occurred_at="2026-11-01T03:59:59Z", input_tokens=1, output_tokens=0)
    later = event(event_id="2", occurred_at="2026-11-01T04:00:00Z", input_tokens=2, output_tokens=0)
    client.post("/v1/events", json=[first, later])

    assert told(client, MONTHLY, "months=3&tz=America/New_York") == {
        "from": "2026-09-01",
        "to": "2026-11-21",
        "months": 3,
        "data": [
            {"month": "2026-09", **NO_TOKENS},
            {"month": "2026-10", **tokens(1, 0)},
            {"month": "2026-11", **tokens(2, 0)},
        ],
    }


def test_levels_go_by_how_many_days_are_below(client: TestClient) -> None:
    values = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110]
    sent = [
        event(
            event_id=str(n),
            occurred_at=f"2026-11-{n + 1:02}T00:00:00Z",
            input_tokens=value,
            output_tokens=0,
        )
        for n, value in enumerate(values)
    ]
    client.post("/v1/events", json=sent)

    answered = told(client, HEATMAP, "weeks=3&to=2026-11-12")

    assert answered["thresholds"] == {"t1": "60", "t2": "80", "t3": "100"}
    cells = [cell for week in answered["weeks"] for cell in week if cell]
    levels = {cell["value"]: cell["level"] for cell in cells}
    assert [levels[str(value)] for value in (0, *values)] == [0, *[1] * 6, 2, 2, 3, 3, 4]
    assert (answered["active_days"], answered["streak_days"]) == (11, 0)
    assert told(client, HEATMAP, "weeks=3&to=2026-11-11")["streak_days"] == 11
