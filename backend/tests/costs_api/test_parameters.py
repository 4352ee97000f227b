"""Every parameter has its rule, and says which one was broken."""

import pytest
from backend.tests.costs_api.asking import CHARTS, DAILY, EVENTS, PATHS, asked
from backend.tests.factories import event
from fastapi.testclient import TestClient

CUSTOM = "range=custom&start=2026-11-01&end=2026-11-21"
NO_RANGE = ("range must be one of today, 7d, 30d, custom", "invalid_range")
NO_DATE = "must be a date in the form YYYY-MM-DD"
NO_MODEL = ("model_id must be at most 200 characters, none of them NUL", "invalid_model_id")
OUTSIDE = "must be from 2015-01-01 to 2100-01-01"

OF_ALL = [
    ("range=", *NO_RANGE),
    ("range=8d", *NO_RANGE),
    ("range=%207d", *NO_RANGE),
    ("range=custom", "start is needed for range=custom", "invalid_start"),
    ("range=custom&end=2026-11-21", "start is needed for range=custom", "invalid_start"),
    ("range=custom&start=2026-11-21", "end is needed for range=custom", "invalid_end"),
    ("range=custom&start=&end=2026-11-21", f"start {NO_DATE}", "invalid_start"),
    ("range=custom&start=2026-11-1&end=2026-11-21", f"start {NO_DATE}", "invalid_start"),
    ("range=custom&start=20261101&end=2026-11-21", f"start {NO_DATE}", "invalid_start"),
    ("range=custom&start=2026-11-01&end=2026-11-31", f"end {NO_DATE}", "invalid_end"),
    ("range=custom&start=2026-11-01&end=2025-02-29", f"end {NO_DATE}", "invalid_end"),
    ("range=custom&start=2026-11-01T00:00&end=2026-11-21", f"start {NO_DATE}", "invalid_start"),
    ("range=custom&start=%EF%BC%92026-11-01&end=2026-11-21", f"start {NO_DATE}", "invalid_start"),
    ("range=custom&start=2014-12-31&end=2015-01-01", f"start {OUTSIDE}", "invalid_start"),
    ("range=custom&start=2099-12-31&end=2100-01-02", f"end {OUTSIDE}", "invalid_end"),
    (
        "range=custom&start=2026-11-21&end=2025-11-01",
        "start must not be after end",
        "invalid_start",
    ),
    (
        "range=custom&start=2026-11-21&end=2026-11-20",
        "start must not be after end",
        "invalid_start",
    ),
    (
        "range=custom&start=2024-01-01&end=2026-03-11",
        "range must be at most 800 days",
        "invalid_range",
    ),
    ("model_id=a%00b", *NO_MODEL),
    (f"model_id={'m' * 201}", *NO_MODEL),
]
OF_CHARTS = [
    *((f"top_models={text}", "top_models must be an integer", "invalid_top_models")
      for text in ("", "8.0", "eight", "1e1", "%208", "+8", "%EF%BC%98", "9" * 19)),
    ("granularity=", "granularity must be one of day, week, month", "invalid_granularity"),
    ("granularity=hour", "granularity must be one of day, week, month", "invalid_granularity"),
    ("include=avg", "include must be stats", "invalid_include"),
    ("include=stats,stats", "include must be stats", "invalid_include"),
    ("format=xml", "format must be one of csv, json", "invalid_format"),
]  # fmt: skip
OF_PAGES = [
    ("page=0", "page must be 1 or more", "invalid_page"),
    ("page=-1", "page must be 1 or more", "invalid_page"),
    ("page=one", "page must be an integer", "invalid_page"),
    ("page=", "page must be an integer", "invalid_page"),
    ("page_size=0", "page_size must be 1 to 200", "invalid_page_size"),
    ("page_size=201", "page_size must be 1 to 200", "invalid_page_size"),
    ("page_size=1.5", "page_size must be an integer", "invalid_page_size"),
]
BROKEN = [
    *((path, *rule) for path in PATHS for rule in OF_ALL),
    *((CHARTS, *rule) for rule in OF_CHARTS),
    *((EVENTS, *rule) for rule in OF_PAGES),
]


@pytest.mark.parametrize(("path", "query", "said", "code"), BROKEN)
def test_a_parameter_that_breaks_its_rule_is_told(
    client: TestClient, path: str, query: str, said: str, code: str
) -> None:
    response = client.get(f"{path}?{query}", headers={"If-None-Match": "*"})

    assert (response.status_code, response.json()) == (400, {"error": said, "code": code})
    assert response.headers["content-type"] == "application/json"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("query", "start", "key"),
    [
        ("", "2026-11-15", "7d"),
        ("range=today", "2026-11-21", "today"),
        ("range=Today&start=no-date&end=", "2026-11-21", "today"),
        ("range=7D", "2026-11-15", "7d"),
        ("range=30d&start=2026-11-01", "2026-10-23", "30d"),
        (CUSTOM, "2026-11-01", "custom"),
        ("range=custom&start=2024-09-13&end=2026-11-21", "2024-09-13", "custom"),
        ("range=today&range=7d", "2026-11-15", "7d"),
        ("range=nonsense&range=30d", "2026-10-23", "30d"),
        ("unknown=parameter", "2026-11-15", "7d"),
    ],
)
def test_ranges_are_of_utc_days_and_the_last_of_a_parameter_counts(
    client: TestClient, path: str, query: str, start: str, key: str
) -> None:
    answered = client.get(f"{path}?{query}").json()

    assert answered["range"] == {"start": start, "end": "2026-11-21", "key": key}


@pytest.mark.parametrize("path", PATHS)
def test_a_range_may_lie_in_the_future(client: TestClient, path: str) -> None:
    tomorrow = event(occurred_at="2026-11-22T11:00:00Z", cost_usd="0.5")
    client.post("/v1/events", json=[tomorrow])

    days = {"range": "custom", "start": "2026-11-22", "end": "2026-11-23"}
    found, summed = asked(client, path, **days), asked(client, DAILY, **days)

    assert found["range"] == {"start": "2026-11-22", "end": "2026-11-23", "key": "custom"}
    assert [day["total_tokens"] for day in summed["items"]] == [120, 0]


@pytest.mark.parametrize(
    ("sent", "shown"),
    [("1", 1), ("0", 1), ("-9", 1), ("-0", 1), ("3", 3), ("012", 12), ("13", 12), ("9" * 18, 12)],
)
def test_the_number_of_top_models_is_brought_into_its_limits(
    client: TestClient, sent: str, shown: int
) -> None:
    client.post(
        "/v1/events",
        json=[event(event_id=str(n), model=f"model-{n:02}", cost_usd=1) for n in range(14)],
    )

    charts = asked(client, CHARTS, top_models=sent)["charts"]

    expected = [f"model-{n:02}" for n in range(shown)]
    assert (charts["tokens"]["models"], charts["cost"]["models"]) == (expected, expected)
    assert charts["tokens"]["days"][-1]["others"] == 120 * (14 - shown)


@pytest.mark.parametrize("path", PATHS)
def test_a_model_nobody_has_used_gives_nothing(client: TestClient, path: str) -> None:
    before = asked(client, path, model_id="openai/gpt-4")

    client.post("/v1/events", json=[event(cost_usd=1)])

    assert asked(client, path, model_id="openai/gpt-4") == before


@pytest.mark.parametrize("text", ["openai/gpt-4.1", " OpenAI/GPT-4.1 "])
def test_a_model_is_found_by_its_id_as_events_carry_it(client: TestClient, text: str) -> None:
    client.post("/v1/events", json=[event(), event(event_id="2", model="other")])

    charts = asked(client, CHARTS, range="today", model_id=text)["charts"]

    assert charts["tokens"] == {
        "models": ["openai/gpt-4.1"],
        "days": [
            {
                "date": "2026-11-21",
                "segments": {"openai/gpt-4.1": 120},
                "others": 0,
                "total": 120,
            }
        ],
    }
