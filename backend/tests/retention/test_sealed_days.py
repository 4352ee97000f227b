"""A sealed day takes nothing in, gives nothing away, and says so."""

from typing import Any

import pytest
from backend.tests.engines.plain import change, rows
from backend.tests.exactness.stored import ROLLUPS
from backend.tests.factories import NOW, answer, event, refusal
from backend.tests.retention.kept import SEALED, TODAY, differences, told
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.store.rebuild import DayIsSealed, rebuild_day
from tokentally_jobs.backfill import days_between, mend_missing_rollups, rebuild_days, sealed_days
from tokentally_jobs.fold import fold_pending
from tokentally_jobs.retention import retire_old_days

pytestmark = [pytest.mark.every_engine, pytest.mark.usefixtures("week")]


def test_an_event_of_a_sealed_day_is_refused_and_costs_no_other(
    client: TestClient, backend: Backend, week: list[Any]
) -> None:
    retire_old_days(backend)
    before = told(client)

    again = client.post(
        "/v1/events",
        json=[week[-1], week[0], event(event_id="new", input_tokens=0, output_tokens=0)],
    )

    assert again.json() == answer(
        accepted=1,
        duplicate=1,
        rejected=1,
        errors=[refusal(0, "6-2", "occurred_at", SEALED)],
    )
    assert told(client)[1]["models"][0]["tokens"] == before[1]["models"][0]["tokens"]


def test_an_event_is_not_moved_out_of_a_sealed_day_while_its_raw_events_go(
    client: TestClient,
    week: list[Any],
    database_url: str,
) -> None:
    change(database_url, f"INSERT INTO sealed_day (day, sealed_at) VALUES ({TODAY - 6}, 0)")  # noqa: S608
    before = told(client)

    moved = {**week[-1], "occurred_at": NOW.isoformat(), "revision": 1}

    assert client.post("/v1/events", json=[moved]).json() == answer(
        rejected=1, errors=[refusal(0, "6-2", "occurred_at", SEALED)]
    )
    assert told(client) == before


def test_refusals_of_sealed_days_are_counted(
    client: TestClient, backend: Backend, week: list[Any], database_url: str
) -> None:
    retire_old_days(backend)

    client.post("/v1/events", json=week[-2:])

    query = "SELECT source, reason, n FROM ingest_stat WHERE kind = 'rejected'"
    assert rows(database_url, query) == [("codex", SEALED, 2)]


def test_backfill_leaves_sealed_days_as_they_are(client: TestClient, backend: Backend) -> None:
    retire_old_days(backend)
    before = told(client)
    days = days_between(backend, range(TODAY + 1))

    events = rebuild_days(backend, days, lambda _: None)

    assert events == 12
    assert sorted(sealed_days(backend, days)) == [TODAY - 6, TODAY - 5, TODAY - 4]
    assert told(client) == before
    with pytest.raises(DayIsSealed, match="2026-11-15 is sealed by retention"):
        backend.change_rollups(lambda connection: rebuild_day(connection, TODAY - 6))


@pytest.mark.parametrize("table", ROLLUPS[1:])
def test_a_lost_coarser_rollup_comes_back_for_sealed_days_too(
    table: str, client: TestClient, backend: Backend, database_url: str
) -> None:
    fold_pending(backend)
    retire_old_days(backend)
    before = told(client)
    change(database_url, f"DROP TABLE {table}")

    mended = mend_missing_rollups(backend)

    assert mended
    assert told(client) == before
    assert differences(backend) == []


def test_while_a_rollup_is_missing_ranges_with_sealed_days_say_so(
    client: TestClient, backend: Backend, database_url: str
) -> None:
    fold_pending(backend)
    retire_old_days(backend)
    recent = {"start_date": "2026-11-18", "end_date": "2026-11-21"}
    before = client.get("/tokens/hourly", params=recent).json()
    change(database_url, "DROP TABLE user_quarter_usage")
    client.post("/v1/events", json=[event(event_id="wakes", input_tokens=0, output_tokens=0)])

    lost = client.get("/tokens/hourly", params={**recent, "start_date": "2026-11-01"})
    kept = client.get("/tokens/hourly", params=recent)

    said = (
        "user_quarter_usage is missing, and retention removed the events of "
        "2026-11-15, 2026-11-16, 2026-11-17"
    )
    assert (lost.status_code, lost.json()) == (503, {"detail": said})
    assert (kept.status_code, kept.json()) == (200, before)
    assert kept.headers["x-tokentally-rollup"] == "fallback"
    assert not mend_missing_rollups(backend)
    assert client.get("/tokens/hourly", params=recent).json() == before
