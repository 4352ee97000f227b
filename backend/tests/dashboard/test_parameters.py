"""Every parameter has its rule, and says which one was broken."""

import pytest
from backend.tests.dashboard.asking import (
    BREAKDOWN,
    DAILY,
    HEATMAP,
    HOURLY,
    MONTHLY,
    QUESTIONS,
    RANGES,
    SUMMARY,
    path,
    sent,
    told,
    used,
)
from backend.tests.factories import event
from fastapi.testclient import TestClient

NO_DATES = (
    "2026-11-31",
    "2025-02-29",
    "2026-11-1",
    "20261101",
    "2026-11-01T00:00",
    "%EF%BC%92026-11-01",
    "2026-11-01%00",
    "%202026-11-01",
    "2014-12-31",
    "2100-01-02",
    "0000-01-01",
    "9999-12-31",
    "today",
)
NO_OFFSET = "Invalid tz_offset_minutes"

OF_ALL = [
    ("tz_offset_minutes=7", NO_OFFSET),
    ("tz_offset_minutes=-481", NO_OFFSET),
    ("tz=Nowhere&tz_offset_minutes=839", NO_OFFSET),
    ("source=a%00b", "Invalid source"),
    (f"source={'s' * 201}", "Invalid source"),
]
OF_MODELS = [("model=a%00b", "Invalid model"), (f"model={'m' * 201}", "Invalid model")]
OF_RANGES = [
    *((f"from={text}", "Invalid from date") for text in NO_DATES),
    *((f"to={text}", "Invalid to date") for text in NO_DATES),
    ("from=2026-11-21&to=2026-11-20", "Invalid date range"),
    ("from=2026-11-22", "Invalid date range"),
    ("from=2024-09-12&to=2026-11-21", "Date range too large (max 800 days)"),
    ("from=2015-01-01", "Date range too large (max 800 days)"),
]
OF_BREAKDOWNS = [(f"names={text}", "Invalid names") for text in ("1", "True", "all", "%20")]
OF_DAYS = [(f"day={text}", "Invalid day") for text in NO_DATES]
NO_NUMBERS = ("0", "-1", "1.0", "1e1", "%201", "%2B1", "one", "%EF%BC%91", "9" * 5_000)
OF_MONTHS = [
    *((f"months={text}", "Invalid months") for text in (*NO_NUMBERS, "25")),
    *((f"to={text}", "Invalid to date") for text in NO_DATES),
]
OF_WEEKS = [
    *((f"weeks={text}", "Invalid weeks") for text in (*NO_NUMBERS, "105")),
    *((f"week_starts_on={text}", "Invalid week_starts_on") for text in ("tue", "SUN", "0", "%20")),
    *((f"to={text}", "Invalid to") for text in NO_DATES),
]
BROKEN = [
    *((question, *rule) for question in QUESTIONS for rule in OF_ALL),
    *((question, *rule) for question in QUESTIONS if question != BREAKDOWN for rule in OF_MODELS),
    *((question, *rule) for question in RANGES for rule in OF_RANGES),
    *((BREAKDOWN, *rule) for rule in OF_BREAKDOWNS),
    *((HOURLY, *rule) for rule in OF_DAYS),
    *((MONTHLY, *rule) for rule in OF_MONTHS),
    *((HEATMAP, *rule) for rule in OF_WEEKS),
]


def test_a_parameter_that_breaks_its_rule_is_told(client: TestClient) -> None:
    for question, query, said in BROKEN:
        response = sent(client, question, query)

        assert (response.status_code, response.json()) == (400, {"error": said}), (question, query)
        assert response.headers["content-type"] == "application/json"


def test_the_other_prefix_tells_the_same(client: TestClient) -> None:
    for question, query in [(DAILY, "from=no"), (HOURLY, ""), (HEATMAP, "weeks=2")]:
        here, there = (client.get(f"{prefix}{path(question)}?{query}") for prefix in ("", "/api"))

        assert (here.status_code, here.content) == (there.status_code, there.content)


@pytest.mark.parametrize("question", RANGES)
@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("", "2026-10-23", "2026-11-21"),
        ("from=&to=", "2026-10-23", "2026-11-21"),
        ("from=2026-11-01", "2026-11-01", "2026-11-21"),
        ("to=2026-01-30", "2026-01-01", "2026-01-30"),
        ("to=2015-01-01", "2014-12-03", "2015-01-01"),
        ("from=2100-01-01&to=2100-01-01", "2100-01-01", "2100-01-01"),
        ("from=2024-09-13&to=2026-11-21", "2024-09-13", "2026-11-21"),
        ("from=no-date&from=2026-11-20", "2026-11-20", "2026-11-21"),
        ("tz=Pacific/Kiritimati", "2026-10-24", "2026-11-22"),
        ("tz=Pacific/Kiritimati&tz_offset_minutes=-840", "2026-10-24", "2026-11-22"),
        ("tz=Pacific/Kiritimati&tz_offset_minutes=7", "2026-10-24", "2026-11-22"),
        ("tz=Nowhere&tz_offset_minutes=840", "2026-10-24", "2026-11-22"),
        ("tz=&tz_offset_minutes=720", "2026-10-24", "2026-11-22"),
        ("tz_offset_minutes=-735", "2026-10-22", "2026-11-20"),
        ("tz=Nowhere", "2026-10-23", "2026-11-21"),
        ("tz_offset_minutes=", "2026-10-23", "2026-11-21"),
        ("tz_offset_minutes=855", "2026-10-23", "2026-11-21"),
        ("tz_offset_minutes=-841", "2026-10-23", "2026-11-21"),
        ("tz_offset_minutes=840.0", "2026-10-23", "2026-11-21"),
        (f"tz_offset_minutes={'9' * 5_000}", "2026-10-23", "2026-11-21"),
        ("tz=localtime&tz_offset_minutes=840", "2026-10-24", "2026-11-22"),
        ("tz=../etc/passwd", "2026-10-23", "2026-11-21"),
        ("tz=%00", "2026-10-23", "2026-11-21"),
    ],
)
def test_the_last_thirty_local_days_are_meant_unless_said_otherwise(
    client: TestClient, question: str, query: str, first: str, last: str
) -> None:
    answered = told(client, question, query)

    assert (answered["from"], answered["to"]) == (first, last)


@pytest.mark.parametrize(
    ("query", "day"),
    [
        ("", "2026-11-21"),
        ("day=", "2026-11-21"),
        ("tz=Pacific/Kiritimati", "2026-11-22"),
        ("day=2015-01-01&tz=Africa/Monrovia", "2015-01-01"),
        ("day=2100-01-01&tz=Etc/GMT%2B12", "2100-01-01"),
    ],
)
def test_today_is_meant_unless_another_day_is_said(
    client: TestClient, query: str, day: str
) -> None:
    assert told(client, HOURLY, query)["day"] == day


@pytest.mark.parametrize(
    ("query", "first", "last", "months"),
    [
        ("", "2024-12-01", "2026-11-21", 24),
        ("months=&to=", "2024-12-01", "2026-11-21", 24),
        ("months=1", "2026-11-01", "2026-11-21", 1),
        ("months=012", "2025-12-01", "2026-11-21", 12),
        ("months=11&to=2026-11-30", "2026-01-01", "2026-11-30", 11),
        ("months=12&to=2026-12-01", "2026-01-01", "2026-12-01", 12),
        ("months=13&to=2026-12-01", "2025-12-01", "2026-12-01", 13),
        ("to=2015-01-01&tz=Africa/Monrovia", "2013-02-01", "2015-01-01", 24),
        ("months=24&to=2100-01-01&tz=Asia/Kathmandu", "2098-02-01", "2100-01-01", 24),
    ],
)
def test_months_are_counted_back_from_that_of_the_last_day(
    client: TestClient, query: str, first: str, last: str, months: int
) -> None:
    answered = told(client, MONTHLY, query)

    said = {name: answered[name] for name in ("from", "to", "months")}
    assert said == {"from": first, "to": last, "months": months}
    listed = [row["month"] for row in answered["data"]]
    assert (listed[0], listed[-1], len(listed)) == (first[:7], last[:7], months)
    assert listed == sorted(set(listed))


@pytest.mark.parametrize(
    ("query", "first", "last", "columns"),
    [
        ("", "2025-11-23", "2026-11-21", 52),
        ("weeks=&week_starts_on=&to=", "2025-11-23", "2026-11-21", 52),
        ("weeks=1", "2026-11-15", "2026-11-21", 1),
        ("weeks=1&week_starts_on=mon", "2026-11-16", "2026-11-21", 1),
        ("weeks=2&to=2026-11-22&week_starts_on=sun", "2026-11-15", "2026-11-22", 2),
        ("weeks=2&to=2026-11-22&week_starts_on=mon", "2026-11-09", "2026-11-22", 2),
        ("weeks=104&to=2015-01-01&tz=Asia/Kathmandu", "2013-01-06", "2015-01-01", 104),
        ("weeks=104&to=2100-01-01", "2098-01-05", "2100-01-01", 104),
    ],
)
def test_the_last_week_holds_the_last_day(
    client: TestClient, query: str, first: str, last: str, columns: int
) -> None:
    answered = told(client, HEATMAP, query)

    cells = [cell for week in answered["weeks"] for cell in week]
    days = [cell["day"] for cell in cells if cell]
    assert (answered["from"], answered["to"]) == (days[0], days[-1]) == (first, last)
    assert {len(week) for week in answered["weeks"]} == {7}
    assert len(answered["weeks"]) == columns
    assert [cell for cell in cells[len(days) :] if cell] == []
    assert days == sorted(set(days))


@pytest.mark.parametrize("question", [SUMMARY, BREAKDOWN, DAILY, MONTHLY, HEATMAP])
def test_a_day_is_asked_for_in_no_case_at_all(client: TestClient, question: str) -> None:
    assert sent(client, question, "day=nonsense&unknown=x").status_code == 200


@pytest.mark.every_engine
def test_names_are_found_exactly_but_in_any_case(client: TestClient) -> None:
    first = event(source="codex", model="aws/gpt-4o", input_tokens=1, output_tokens=0)
    second = event(source="claude", model="gpt-4o", input_tokens=2, output_tokens=0)
    client.post("/v1/events", json=[first, second])

    def total(query: str) -> str:
        return used(told(client, DAILY, query)["data"]).get("2026-11-21", "0")

    assert total("") == total("source=&model=") == total("source=%20&model=%20") == "3"
    assert total("source=CODEX") == total("source=%20codex%20") == total("model=AWS/GPT-4o") == "1"
    assert total("model=gpt-4o") == total("source=claude&model=gpt-4o") == "2"
    assert total("model=aws/gpt") == total("source=code") == total("model=gpt-4%25") == "0"
    assert total("source=codex&model=gpt-4o") == "0"
    assert told(client, BREAKDOWN, "model=gpt-4o&source=%20") == told(client, BREAKDOWN)
