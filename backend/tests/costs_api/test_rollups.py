"""What answers are read from: a lost rollup, sums past 64 bits, the demo data, and the index."""

from typing import Any

import pytest
from backend.tests.costs_api.asking import CHARTS, DAILY, EVENTS, PATHS, asked
from backend.tests.costs_api.people import signed_in
from backend.tests.costs_api.plain_costs import PlainCosts
from backend.tests.engines.plain import opened
from backend.tests.exactness.oracle import Oracle
from backend.tests.exactness.stored import stored_events
from backend.tests.factories import NOW, event
from fastapi.testclient import TestClient
from sqlalchemy import event as sa_event
from sqlalchemy import text

from tokentally.api.backend import Backend
from tokentally_jobs.backfill import mend_missing_rollups
from tokentally_jobs.demo_data import load_demo
from tokentally_jobs.fold import fold_pending

pytestmark = pytest.mark.every_engine

SEEN = {"range": "custom", "start": "2026-11-01", "end": "2026-11-21"}


def told(client: TestClient) -> dict[str, tuple[Any, str | None]]:
    """Every answer, and what it says of the rollup."""
    found = {}
    for path in PATHS:
        response = client.get(path, params=SEEN)
        assert response.status_code == 200
        found[path] = (response.content, response.headers.get("x-tokentally-rollup"))
    return found


def test_without_the_rollup_raw_events_take_its_place(client: TestClient, backend: Backend) -> None:
    sent = [event(event_id=str(n), model=f"m{n}", cost_usd=f"0.{n}") for n in range(9)]
    client.post("/v1/events", json=sent[:6])
    fold_pending(backend)
    client.post("/v1/events", json=sent[6:])
    before = told(client)

    with backend.database.writer.begin() as connection:
        connection.execute(text("DROP TABLE user_daily_usage"))
        connection.execute(text("UPDATE data_version SET version = version + 1"))
    without = told(client)
    mend_missing_rollups(backend)

    assert without == {path: (body, "fallback") for path, (body, _) in before.items()}
    assert told(client) == before


def test_sums_past_64_bits_are_exact(client: TestClient, backend: Backend) -> None:
    sent = [event(event_id=str(n), model="dear", cost_usd=1) for n in range(3)]
    client.post("/v1/events", json=sent)
    fold_pending(backend)
    most = 2**63 - 1
    with backend.database.writer.begin() as connection:
        columns = "input_tokens, output_tokens, cost_nano_usd"
        values = ", ".join(f"{column} = {most}" for column in columns.split(", "))
        connection.execute(text(f"UPDATE user_daily_usage SET {values}"))  # noqa: S608
        connection.execute(text("UPDATE data_version SET version = version + 1"))
    client.post("/v1/events", json=[event(event_id="4", model="dear", cost_usd="0.0000015")])

    charts, days = (client.get(path, params={"range": "today"}).text for path in (CHARTS, DAILY))

    tokens = 2 * most + 120
    assert f'"segments":{{"dear":{tokens}}},"others":0,"total":{tokens}}}' in charts
    assert '"segments":{"dear":9223372036.854777},"others":0.000000' in charts
    assert f'"total_tokens":{tokens},"total_cost":9223372036.854777,"requests":4}}]' in days


class TestSignedIn:
    """With sign-in, for demo data belongs to demo users."""

    SIGN_IN = True

    def test_the_example_request_against_demo_data(
        self, client: TestClient, backend: Backend, database_url: str
    ) -> None:
        load_demo(backend)
        oracle = Oracle()
        with opened(database_url) as connection:
            oracle.events = stored_events(connection)
        client.headers.update(signed_in("demo-grace"))

        for params in (
            {"range": "7d", "top_models": "8"},
            {"range": "30d", "top_models": "2", "granularity": "week", "include": "stats"},
            {"range": "custom", "start": "2025-11-22", "end": "2026-11-21", "granularity": "month"},
        ):
            expected = PlainCosts(oracle, "demo-grace", params, NOW.date())
            assert asked(client, CHARTS, **params) == expected.charts()
            assert asked(client, DAILY, **params) == expected.daily()
            assert asked(client, EVENTS, **params)["summary"] == expected.summary()
            assert expected.summary()["total_tokens"] > 0


def test_the_database_goes_to_the_rows_of_the_user_on_each_day(
    client: TestClient, backend: Backend
) -> None:
    readers, asked_for = backend.database.readers, []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "user_daily_usage." in statement:
            asked_for.append((statement, parameters))

    sa_event.listen(readers, "before_cursor_execute", note)
    client.get(CHARTS, params=SEEN)
    sa_event.remove(readers, "before_cursor_execute", note)

    [(statement, parameters)] = asked_for
    explain = "EXPLAIN QUERY PLAN" if readers.dialect.name == "sqlite" else "EXPLAIN"
    with readers.connect() as connection:
        if readers.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL enable_seqscan = off"))  # no table is large here
        rows = connection.exec_driver_sql(f"{explain} {statement}", parameters)
        plan = " ".join(str(row[-1]) for row in rows)
    expected = {
        "sqlite": "SEARCH user_daily_usage USING PRIMARY KEY (day=? AND user_id=?)",
        "postgresql": "(day = ANY",
    }
    assert expected[readers.dialect.name] in plan
