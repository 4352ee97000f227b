"""What answers are read from: a lost rollup, sealed days, large counts, and the index."""

from typing import Any

import pytest
from backend.tests.dashboard.asking import (
    BREAKDOWN,
    DAILY,
    HEATMAP,
    HOURLY,
    MONTHLY,
    QUESTIONS,
    SUMMARY,
    sent,
    told,
)
from backend.tests.factories import event
from fastapi.testclient import TestClient
from sqlalchemy import event as sa_event
from sqlalchemy import text

from tokentally.api.backend import Backend
from tokentally_jobs.backfill import mend_missing_rollups
from tokentally_jobs.fold import fold_pending

pytestmark = pytest.mark.every_engine

ZONE = "tz=Australia/Lord_Howe"
LARGEST = 2**63 - 1


def answers(client: TestClient) -> dict[str, tuple[Any, str | None]]:
    """Every answer, and what it says of the rollup."""
    found = {}
    for question in QUESTIONS:
        response = sent(client, question, ZONE)
        assert response.status_code == 200
        found[question] = (response.content, response.headers.get("x-tokentally-rollup"))
    return found


def drop_the_rollup(backend: Backend) -> None:
    with backend.database.writer.begin() as connection:
        connection.execute(text("DROP TABLE user_quarter_usage"))
        connection.execute(text("UPDATE data_version SET version = version + 1"))


def test_without_the_rollup_raw_events_take_its_place(client: TestClient, backend: Backend) -> None:
    calls = [
        event(
            event_id=f"{day}-{hour}",
            occurred_at=f"2026-11-{day}T{hour:02}:20:00Z",
            model=f"m{hour}",
            cost_usd=f"0.{day}",
        )
        for day in (10, 19, 20)
        for hour in (2, 12, 13, 22)
    ]
    client.post("/v1/events", json=calls[:6])
    fold_pending(backend)
    client.post("/v1/events", json=calls[6:])
    before = answers(client)

    drop_the_rollup(backend)
    without = answers(client)
    mend_missing_rollups(backend)

    assert without == {question: (body, "fallback") for question, (body, _) in before.items()}
    assert answers(client) == before


def test_sealed_days_that_nothing_can_stand_for_are_named(
    client: TestClient, backend: Backend
) -> None:
    client.post("/v1/events", json=[event(occurred_at="2026-11-10T12:00:00Z")])
    fold_pending(backend)
    with backend.database.writer.begin() as connection:
        connection.execute(text("INSERT INTO sealed_day VALUES (20767, 1)"))  # 2026-11-10
    drop_the_rollup(backend)

    lost = sent(client, DAILY, "from=2026-11-11&tz=Asia/Tokyo")
    others = sent(client, DAILY, "from=2026-11-12&tz=Asia/Tokyo")

    assert (lost.status_code, lost.json()) == (
        503,
        {"error": "user_quarter_usage is missing, and retention removed the events of 2026-11-10"},
    )
    assert lost.headers["retry-after"] == "2"
    assert others.status_code == 200


def set_sums(backend: Backend, columns: tuple[str, ...], value: int) -> None:
    values = ", ".join(f"{column} = {value}" for column in columns)
    with backend.database.writer.begin() as connection:
        connection.execute(text(f"UPDATE user_quarter_usage SET {values}"))  # noqa: S608
        connection.execute(text("UPDATE data_version SET version = version + 1"))


def test_counts_that_no_float_can_hold_are_exact(client: TestClient, backend: Backend) -> None:
    client.post("/v1/events", json=[event()])
    fold_pending(backend)
    set_sums(backend, ("input_tokens",), 2**53)
    client.post("/v1/events", json=[event(event_id="2", input_tokens=0, output_tokens=1)])

    assert told(client, SUMMARY)["totals"]["total_tokens"] == "9007199254741013"
    assert told(client, HEATMAP)["weeks"][-1][-1]["value"] == "9007199254741013"


def test_sums_past_64_bits_are_exact(client: TestClient, backend: Backend) -> None:
    calls = [event(event_id=str(n), cost_usd=1, model=f"m{n % 2}") for n in range(4)]
    client.post("/v1/events", json=calls)
    fold_pending(backend)
    columns = ("input_tokens", "output_tokens", "reasoning_output_tokens", "cost_nano_usd")
    set_sums(backend, columns, LARGEST)
    client.post("/v1/events", json=[event(event_id="5", cost_usd="0.0000015")])

    totals = told(client, SUMMARY)["totals"]
    [source] = told(client, BREAKDOWN)["sources"]
    daily, hourly, monthly, heatmap = (
        told(client, question) for question in (DAILY, HOURLY, MONTHLY, HEATMAP)
    )

    whole = str(4 * LARGEST + 120)
    assert totals["total_tokens"] == whole
    assert totals["reasoning_output_tokens"] == str(2 * LARGEST)
    assert totals["total_cost_usd"] == "18446744073.709553"  # 2 * LARGEST + 1500 nano-USD
    assert source["totals"] == totals == daily["summary"]["totals"]
    assert [model["totals"]["total_tokens"] for model in source["models"]] == [
        str(2 * LARGEST), str(2 * LARGEST), "120"
    ]  # fmt: skip
    assert daily["data"][-1]["total_tokens"] == monthly["data"][-1]["total_tokens"] == whole
    assert max(hourly["data"], key=lambda row: len(row["total_tokens"]))["total_tokens"] == whole
    assert heatmap["weeks"][-1][-1] == {"day": "2026-11-21", "value": whole, "level": 1}


def test_the_database_goes_to_the_rows_of_the_user_in_the_window(
    client: TestClient, backend: Backend
) -> None:
    readers, asked_for = backend.database.readers, []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "user_quarter_usage." in statement:
            asked_for.append((statement, parameters))

    sa_event.listen(readers, "before_cursor_execute", note)
    for question in QUESTIONS:
        sent(client, question, f"{ZONE}&source=codex&model=m")
    sa_event.remove(readers, "before_cursor_execute", note)

    assert len(asked_for) == len(QUESTIONS) + 1  # the days, and which models they are of
    explain = "EXPLAIN QUERY PLAN" if readers.dialect.name == "sqlite" else "EXPLAIN"
    for statement, parameters in asked_for:
        with readers.connect() as connection:
            if readers.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL enable_seqscan = off"))  # no table is large here
                connection.execute(text("SET LOCAL enable_bitmapscan = off"))
            rows = connection.exec_driver_sql(f"{explain} {statement}", parameters)
            plan = " ".join(str(row[-1]) for row in rows)
        expected = {
            "sqlite": "SEARCH user_quarter_usage USING PRIMARY KEY"
            " (user_id=? AND quarter>? AND quarter<?)",
            "postgresql": "using user_quarter_usage_pkey",
        }
        assert expected[readers.dialect.name] in plan
