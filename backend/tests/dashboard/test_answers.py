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
from backend.tests.factories import answer, event
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally_jobs.fold import fold_pending

pytestmark = pytest.mark.every_engine

AS_OF = "2026-11-21T12:00:00.000000Z"
NEW_YORK = "tz=America/New_York"
EVENTS = [
    event(  # 23:59:59 on the 19th in New York
        event_id="1",
        occurred_at="2026-11-20T04:59:59.999999Z",
        model="aws/gpt-4o",
        input_tokens=1000,
        cached_input_tokens=400,
        cache_write_tokens=100,
        output_tokens=50,
        reasoning_output_tokens=20,
        cost_usd="0.0000015",
    ),
    event(  # midnight there
        event_id="2",
        occurred_at="2026-11-20T05:00:00Z",
        model="aws/gpt-4o",
        input_tokens=10,
        output_tokens=5,
        cost_usd="0.000001",
    ),
    event(
        event_id="3",
        occurred_at="2026-11-20T05:10:00Z",
        source="claude",
        model="gpt-4o",
        input_tokens=7,
        output_tokens=0,
    ),
    event(
        event_id="4",
        occurred_at="2026-11-20T05:10:00Z",
        source="claude",
        model="a-model",
        input_tokens=7,
        output_tokens=0,
        cost_usd="0.0000015",
        success=False,
    ),
    event(  # after the range of most tests
        event_id="5",
        occurred_at="2026-11-21T05:00:00Z",
        model="late",
        input_tokens=1,
        output_tokens=0,
        cost_usd=1,
    ),
]
RANGE = f"from=2026-11-19&to=2026-11-20&{NEW_YORK}"
TOTALS = {
    **tokens(1024, 55, 400, 20),
    "total_cost_usd": "0.000004",
    "cache_write_tokens": "100",
    "unpriced_tokens": "7",
    "requests": "4",
}


@pytest.fixture
def served(client: TestClient) -> TestClient:
    """The server after `EVENTS`."""
    assert client.post("/v1/events", json=EVENTS).json() == answer(accepted=len(EVENTS))
    return client


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


def test_a_model_that_nothing_is_left_of_is_not_listed(
    served: TestClient, backend: Backend
) -> None:
    fold_pending(backend)
    renamed = EVENTS[2] | {"model": "other", "revision": 2}
    assert served.post("/v1/events", json=[renamed]).json() == answer(updated=1)

    [claude, _codex] = told(served, BREAKDOWN, RANGE)["sources"]

    assert [model["model"] for model in claude["models"]] == ["a-model", "other"]


def test_the_shown_names_of_models_are_told_to_who_asks(served: TestClient) -> None:
    told_plainly = told(served, BREAKDOWN, f"{RANGE}&names=false")

    told_by_name = told(served, BREAKDOWN, f"{RANGE}&names=true")

    names = {"a-model": "A Model", "aws/gpt-4o": "GPT-4o", "gpt-4o": "GPT-4o"}
    assert told_by_name == told_plainly | {"names": names}
    assert told_plainly == told(served, BREAKDOWN, RANGE)


def test_many_models_have_their_names_told(client: TestClient) -> None:
    ids = [f"vendor/model-{number}" for number in range(2001)]
    client.post("/v1/events", json=[event(event_id=each, model=each) for each in ids])

    names = told(client, BREAKDOWN, "names=true")["names"]

    assert names == {each: f"Model {each.rsplit('-', 1)[1]}" for each in ids}
