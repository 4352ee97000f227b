"""Days around changes of the clock, to the microsecond, in numbers worked out by hand."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from backend.tests.dashboard_oracle.asking import answered, posts
from backend.tests.dashboard_oracle.named_days import DAYS, GAPS, TWICE, Day, Twice
from backend.tests.factories import event
from fastapi.testclient import TestClient

pytestmark = pytest.mark.every_engine

MICROSECOND = timedelta(microseconds=1)


def used(client: TestClient, **tokens_at: datetime) -> None:
    """Use so many tokens (`_10=` for ten) at such an instant."""
    sent = [
        event(
            event_id=name, occurred_at=at.isoformat(), input_tokens=int(name[1:]), output_tokens=0
        )
        for name, at in tokens_at.items()
    ]
    assert posts(client, sent) == {"accepted": len(sent)}


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def used_slots(client: TestClient, zone: str, day: str) -> dict[str, str]:
    """By half hour, the tokens of those that have any; there are always 48 of them."""
    rows = answered(client, "hourly", {"tz": zone, "day": day})["data"]
    assert [row["hour"] for row in rows] == [
        f"{day}T{hour:02}:{minute}:00" for hour in range(24) for minute in ("00", "30")
    ]
    return {row["hour"][11:16]: row["total_tokens"] for row in rows if row["total_tokens"] != "0"}


def name_of(value: Any) -> str:
    return f"{value.zone} {value.day}"


@pytest.mark.parametrize("named", DAYS, ids=name_of)
def test_a_day_starts_and_ends_to_the_microsecond(client: TestClient, named: Day) -> None:
    start, end = instant(named.start), instant(named.end)
    used(client, _1=start - MICROSECOND, _10=start, _100=end - MICROSECOND, _1000=end)
    day, one = date.fromisoformat(named.day), timedelta(days=1)
    three_days = {"tz": named.zone, "from": str(day - one), "to": str(day + one)}
    only_it = {"tz": named.zone, "from": named.day, "to": named.day}

    daily = answered(client, "daily", three_days)
    total = answered(client, "summary", three_days)["totals"]["total_tokens"]
    by_source = answered(client, "breakdown", only_it)["sources"]
    weeks = answered(client, "heatmap", {"tz": named.zone, "to": named.day, "weeks": "2"})["weeks"]

    assert [(row["day"], row["total_tokens"]) for row in daily["data"]] == [
        (str(day - one), "1"),
        (named.day, "110"),
        (str(day + one), "1000"),
    ]
    assert total == daily["summary"]["totals"]["total_tokens"] == "1111"
    assert answered(client, "summary", only_it)["totals"]["total_tokens"] == "110"
    assert [source["totals"]["total_tokens"] for source in by_source] == ["110"]
    assert {cell["day"]: cell["value"] for week in weeks for cell in week if cell}[
        named.day
    ] == "110"
    assert used_slots(client, named.zone, named.day) == {named.first: "10", named.last: "100"}


@pytest.mark.parametrize("named", TWICE, ids=name_of)
def test_a_half_hour_that_comes_twice_adds_up_both(client: TestClient, named: Twice) -> None:
    first, second = map(instant, named.instants)
    used(client, _1=first, _10=second)

    assert used_slots(client, named.zone, named.day) == {named.slot: "11"}


@pytest.mark.parametrize("gap", GAPS, ids=str)
def test_half_hours_that_the_clock_skips_stay_empty(
    client: TestClient, gap: tuple[str, str, str]
) -> None:
    zone, day, at = gap
    used(client, _1=instant(at) - MICROSECOND, _10=instant(at))

    before, after = GAPS[gap]
    assert used_slots(client, zone, day) == {before: "1", after: "10"}


def test_a_month_and_a_year_end_at_local_midnight(client: TestClient) -> None:
    used(
        client,
        _1=instant("2025-12-31T10:14:59.999999"),
        _10=instant("2025-12-31T10:15"),  # midnight of the new year on Chatham
        _100=instant("2026-01-31T10:14:59.999999"),
        _1000=instant("2026-01-31T10:15"),
    )

    asked = {"tz": "Pacific/Chatham", "to": "2026-02-01", "months": "3"}
    answer = answered(client, "monthly", asked)

    assert (answer["from"], answer["to"], answer["months"]) == ("2025-12-01", "2026-02-01", 3)
    assert [(row["month"], row["total_tokens"]) for row in answer["data"]] == [
        ("2025-12", "1"),
        ("2026-01", "110"),
        ("2026-02", "1000"),
    ]
