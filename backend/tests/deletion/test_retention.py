"""Retention removes old raw events and changes no answer."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from backend.tests.engines.plain import change, rows
from backend.tests.exactness.stored import ROLLUPS
from backend.tests.factories import NOW, SettableClock, answer, event, refusal
from fastapi.testclient import TestClient
from sqlalchemy import event as sa_event

from tokentally.api.backend import Backend, open_backend
from tokentally.config import Settings
from tokentally.days import date_of, day_number
from tokentally.store.rebuild import DayIsSealed, rebuild_day
from tokentally_jobs.backfill import days_between, mend_missing_rollups, rebuild_days, sealed_days
from tokentally_jobs.fold import fold_pending
from tokentally_jobs.retention import retire_old_days
from tokentally_jobs.verify import verify_days, verify_totals

pytestmark = pytest.mark.every_engine

TODAY = day_number(NOW.date())
KEPT_DAYS = 3
PATHS = ("", "/models", "/users", "/timeseries", "/success-rate", "/cost-efficiency", "/hourly")
SEALED = "day is sealed by retention"


@pytest.fixture
def backend(settings: Settings, clock: SettableClock) -> Iterator[Backend]:
    """A backend that keeps raw events of three days besides today, with a week of usage."""
    backend = open_backend(settings.model_copy(update={"retention_days": KEPT_DAYS}), clock)
    yield backend
    backend.close()


@pytest.fixture
def week(client: TestClient) -> list[dict[str, Any]]:
    sent = [
        event(
            event_id=f"{back}-{number}",
            occurred_at=(NOW - timedelta(days=back, minutes=number)).isoformat(),
            user=("ada", "grace")[number % 2],
            team=("Kettle", None)[number % 2],
            input_tokens=10**back + number,
            cost_usd="0.25" if number else None,
        )
        for back in range(7)
        for number in range(3)
    ]
    assert client.post("/v1/events", json=sent).json() == answer(accepted=len(sent))
    return sent


def told(client: TestClient) -> list[Any]:
    span = {"start_date": "2026-11-01", "end_date": "2026-11-21"}
    return [client.get(f"/tokens{path}", params=span).json() for path in PATHS]


def differences(backend: Backend) -> list[Any]:
    days = days_between(backend, range(TODAY + 1))
    return [*verify_days(backend, days), *verify_totals(backend)]


def days_stored(url: str) -> set[int]:
    return {int(day) for (day,) in rows(url, "SELECT DISTINCT id / 4294967296 FROM token_event")}


@pytest.mark.parametrize("folded", [True, False])
def test_old_events_go_and_every_answer_stays(
    folded: bool, client: TestClient, backend: Backend, week: list[Any], database_url: str
) -> None:
    if folded:
        fold_pending(backend)
    before = told(client)

    removed = retire_old_days(backend)

    assert removed == 9
    assert days_stored(database_url) == {TODAY - back for back in range(KEPT_DAYS + 1)}
    assert told(client) == before
    fold_pending(backend)
    assert told(client) == before
    assert differences(backend) == []
    assert len(week) == 21


def test_a_second_run_finds_nothing_to_remove(backend: Backend, week: list[Any]) -> None:
    first, second = retire_old_days(backend), retire_old_days(backend)

    assert (first, second, len(week)) == (9, 0, 21)


def test_without_the_setting_nothing_is_removed(
    week: list[Any],
    settings: Settings,
    clock: SettableClock,
    database_url: str,
) -> None:
    keeping = open_backend(settings, clock)

    removed = retire_old_days(keeping)

    keeping.close()
    assert removed == 0
    assert len(days_stored(database_url)) == 7
    assert len(week) == 21


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


def test_backfill_leaves_sealed_days_as_they_are(
    client: TestClient, backend: Backend, week: list[Any]
) -> None:
    retire_old_days(backend)
    before = told(client)
    days = days_between(backend, range(TODAY + 1))

    events = rebuild_days(backend, days, lambda _: None)

    assert events == 12
    assert sorted(sealed_days(backend, days)) == [TODAY - 6, TODAY - 5, TODAY - 4]
    assert told(client) == before
    with pytest.raises(DayIsSealed, match="2026-11-15 is sealed by retention"):
        backend.change_rollups(lambda connection: rebuild_day(connection, TODAY - 6))
    assert len(week) == 21


def test_a_day_whose_rollups_are_not_exact_is_kept(
    backend: Backend, week: list[Any], database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    fold_pending(backend)
    wrong = TODAY - 5
    change(database_url, f"UPDATE user_daily_usage SET requests = 9 WHERE day = {wrong}")  # noqa: S608

    removed = retire_old_days(backend)

    assert removed == 6
    assert wrong in days_stored(database_url)
    assert f"{date_of(wrong)} is not sealed, for its rollups are not exact" in caplog.text
    assert len(week) == 21


class Interrupted(Exception):
    """The process ends here."""


def test_retention_may_end_again_and_again_and_goes_on_afterwards(
    client: TestClient, backend: Backend, week: list[Any], database_url: str
) -> None:
    before = told(client)
    statements, last = [0], [0]

    def die(*_: object) -> None:
        statements[0] += 1
        if statements[0] == last[0]:
            raise Interrupted

    sa_event.listen(backend.database.writer, "before_cursor_execute", die)
    interrupted = 0
    while True:
        statements[0], last[0] = 0, last[0] + 1
        try:
            retire_old_days(backend)
            break
        except Interrupted:
            interrupted += 1
            assert told(client) == before

    assert interrupted > 5
    assert days_stored(database_url) == {TODAY - back for back in range(KEPT_DAYS + 1)}
    assert told(client) == before
    assert len(week) == 21


@pytest.mark.parametrize("table", ROLLUPS[1:])
def test_a_lost_coarser_rollup_comes_back_for_sealed_days_too(
    table: str, client: TestClient, backend: Backend, week: list[Any], database_url: str
) -> None:
    fold_pending(backend)
    retire_old_days(backend)
    before = told(client)
    change(database_url, f"DROP TABLE {table}")

    mended = mend_missing_rollups(backend)

    assert mended
    assert told(client) == before
    assert differences(backend) == []
    assert len(week) == 21


def test_while_a_rollup_is_missing_ranges_with_sealed_days_say_so(
    client: TestClient, backend: Backend, week: list[Any], database_url: str
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
    assert len(week) == 21
