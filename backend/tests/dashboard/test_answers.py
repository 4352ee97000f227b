"""What each question is answered: the whole answer, by hand."""

import pytest
from backend.tests.dashboard.asking import (
    BREAKDOWN,
    BUILT_IN,
    DAILY,
    HEATMAP,
    HOURLY,
    MONTHLY,
    NO_TOKENS,
    NO_TOTALS,
    SUMMARY,
    tokens,
    told,
    used,
)
from backend.tests.dashboard.few_events import AS_OF, EVENTS, NEW_YORK, RANGE, TOTALS
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally_jobs.fold import fold_pending

pytestmark = pytest.mark.every_engine


def test_a_summary_adds_up_all_days(served: TestClient) -> None:
    assert told(served, SUMMARY, RANGE) == {
        "from": "2026-11-19",
        "to": "2026-11-20",
        "days": 2,
        "totals": TOTALS,
        "pricing": BUILT_IN,
        "as_of": AS_OF,
    }


def test_a_breakdown_goes_by_source_and_model(served: TestClient) -> None:
    claude_model = {**NO_TOTALS, **tokens(7, 0), "requests": "1"}
    of_codex = {
        **tokens(1010, 55, 400, 20),
        "total_cost_usd": "0.000002",  # 0.0000025, half to even
        "cache_write_tokens": "100",
        "unpriced_tokens": "0",
        "requests": "2",
    }

    assert told(served, BREAKDOWN, RANGE) == {
        "from": "2026-11-19",
        "to": "2026-11-20",
        "days": 2,
        "sources": [
            {
                "source": "claude",
                "totals": {
                    **NO_TOTALS,
                    **tokens(14, 0),
                    "total_cost_usd": "0.000002",
                    "unpriced_tokens": "7",
                    "requests": "2",
                },
                "models": [
                    {
                        "model": "a-model",
                        "totals": {**claude_model, "total_cost_usd": "0.000002"},
                    },
                    {"model": "gpt-4o", "totals": {**claude_model, "unpriced_tokens": "7"}},
                ],
            },
            {
                "source": "codex",
                "totals": of_codex,
                "models": [{"model": "aws/gpt-4o", "totals": of_codex}],
            },
        ],
        "pricing": BUILT_IN,
    }


def test_days_are_listed_without_usage_too(served: TestClient) -> None:
    nothing = {**NO_TOKENS, "total_cost_usd": "0.000000", "requests": "0"}

    assert told(served, DAILY, f"from=2026-11-18&to=2026-11-20&{NEW_YORK}") == {
        "from": "2026-11-18",
        "to": "2026-11-20",
        "data": [
            {"day": "2026-11-18", **nothing},
            {
                "day": "2026-11-19",
                **tokens(1000, 50, 400, 20),
                "total_cost_usd": "0.000002",
                "requests": "1",
            },
            {
                "day": "2026-11-20",
                **tokens(24, 5),
                "total_cost_usd": "0.000002",
                "requests": "3",
            },
        ],
        "summary": {"totals": TOTALS, "pricing": BUILT_IN},
    }


def test_half_hours_are_those_of_the_wall_clock(served: TestClient) -> None:
    answered = told(served, HOURLY, f"day=2026-11-20&{NEW_YORK}")

    assert answered == {
        "day": "2026-11-20",
        "data": [
            {
                "hour": f"2026-11-20T{slot // 2:02}:{slot % 2 * 30:02}:00",
                **(tokens(24, 5) if slot == 0 else NO_TOKENS),
            }
            for slot in range(48)
        ],
        "sync": {"last_sync_at": AS_OF, "min_interval_minutes": 30},
    }


def test_a_heatmap_is_a_grid_of_weeks(served: TestClient) -> None:
    def cell(day: int, value: int = 0, level: int = 0) -> dict[str, object]:
        return {"day": f"2026-11-{day:02}", "value": str(value), "level": level}

    assert told(served, HEATMAP, f"weeks=2&week_starts_on=mon&{NEW_YORK}") == {
        "from": "2026-11-09",
        "to": "2026-11-21",
        "week_starts_on": "mon",
        "thresholds": {"t1": "29", "t2": "29", "t3": "29"},
        "active_days": 3,
        "streak_days": 3,
        "weeks": [
            [cell(day) for day in range(9, 16)],
            [
                *(cell(day) for day in range(16, 19)),
                cell(19, 1050, 4),
                cell(20, 29, 1),
                cell(21, 1, 1),
                None,
            ],
        ],
    }


def test_without_events_everything_is_zero(client: TestClient) -> None:
    days = "from=2026-11-21&to=2026-11-21"
    dates = {"from": "2026-11-21", "to": "2026-11-21"}
    no_day = {"day": "2026-11-21", **NO_TOKENS, "total_cost_usd": "0.000000", "requests": "0"}
    summary = {"totals": NO_TOTALS, "pricing": BUILT_IN}

    assert told(client, SUMMARY, days) == {**dates, "days": 1, **summary, "as_of": None}
    assert told(client, BREAKDOWN, days) == {
        **dates, "days": 1, "sources": [], "pricing": BUILT_IN
    }  # fmt: skip
    assert told(client, DAILY, days) == {**dates, "data": [no_day], "summary": summary}
    heatmap = told(client, HEATMAP)
    assert heatmap["thresholds"] == {"t1": "0", "t2": "0", "t3": "0"}
    assert (heatmap["active_days"], heatmap["streak_days"]) == (0, 0)
    assert used(told(client, MONTHLY)["data"], "month") == {}


def test_folding_changes_no_answer(served: TestClient, backend: Backend) -> None:
    questions = [(SUMMARY, RANGE), (BREAKDOWN, RANGE), (DAILY, RANGE), (MONTHLY, ""), (HEATMAP, "")]
    before = [told(served, *question) for question in questions]

    fold_pending(backend)
    served.post("/v1/events", json=[EVENTS[0]])  # a duplicate

    assert [told(served, *question) for question in questions] == before
