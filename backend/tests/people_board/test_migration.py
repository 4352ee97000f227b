"""A database of before there were boards gets what they are read from, sealed days included."""

from collections.abc import Sequence
from typing import Any

import pytest
from backend.tests.engines.plain import rows
from backend.tests.factories import SettableClock, event
from fastapi.testclient import TestClient
from sqlalchemy import text

from tokentally.api.backend import Backend, open_backend
from tokentally.config import Settings
from tokentally.store import schema
from tokentally.store.rollup_state import not_ready
from tokentally.store.verify import differences
from tokentally_jobs.backfill import mend_missing_rollups
from tokentally_jobs.fold import fold_pending

pytestmark = pytest.mark.every_engine

PEOPLE = "SELECT * FROM people_daily_usage ORDER BY 1, 2, 3"
SYNCED = "SELECT user_id, last_sync_at FROM user_sync ORDER BY 1"
RECEIVED = "SELECT user_id, max(received_seconds) * 1000000 FROM token_event GROUP BY 1 ORDER BY 1"
DAYS = range(20_770, 20_779)
UNDO = (
    "DROP TABLE people_daily_usage",
    "DROP TABLE user_sync",
    "ALTER TABLE app_user DROP COLUMN leaderboard_changed_at",
    "DELETE FROM rollup_state WHERE name = 'people_daily_usage'",
    "UPDATE alembic_version SET version_num = '0003'",
)
"""What makes a database of today one of before."""


@pytest.fixture
def before(client: TestClient, backend: Backend, database_url: str) -> list[tuple[Any, ...]]:
    """What is in the rollup of a database that had it always; the database no longer has it."""
    events = [
        event(
            event_id=str(n),
            user=f"user-{n % 5}",
            team=("Kettle", "Teapot")[n % 2],
            model=f"model-{n % 3}",
            source=("codex", "claude")[n % 2],
            occurred_at=f"2026-11-{13 + n % 9}T10:00:00Z",
            cost_usd=None if n % 3 else n,
        )
        for n in range(200)
    ]
    client.post("/v1/events", json=events)
    fold_pending(backend)
    with backend.database.writer.begin() as connection:
        connection.execute(text("DELETE FROM token_event WHERE id < 20775 * 4294967296"))
        connection.execute(
            text(
                "INSERT INTO sealed_day (day, sealed_at) SELECT DISTINCT day, 1 FROM "
                "user_daily_usage WHERE day < 20775"
            )
        )
    client.post("/v1/events", json=[event(event_id="not folded", user="user-1", team="Kettle")])
    kept = list(rows(database_url, PEOPLE))
    assert len(kept) > 40
    with backend.database.writer.begin() as connection:
        for statement in UNDO:
            connection.execute(text(statement))
    return kept


def test_the_rollup_is_what_it_would_have_been(
    before: list[tuple[Any, ...]], settings: Settings, database_url: str
) -> None:
    again = open_backend(settings, SettableClock())

    assert rows(database_url, PEOPLE) == before
    assert rows(database_url, SYNCED) == rows(database_url, RECEIVED)
    for fold in (lambda _: None, fold_pending):
        fold(again)
        with again.database.readers.connect() as connection:
            assert schema.revision(connection) == schema.HEAD
            assert [found for day in DAYS for found in differences(connection, day)] == []
    again.close()


def sealed(found: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [row for row in found if row[1] < 20_775]


@pytest.mark.parametrize(
    "damage",
    [
        (
            "UPDATE rollup_state SET state = 'building' WHERE name = 'user_daily_usage'",
            "DELETE FROM user_daily_usage WHERE day < 20777",
        ),
        ("DROP TABLE user_daily_usage",),
    ],
    ids=["half mended", "dropped"],
)
def test_where_the_finer_rollup_is_not_ready_both_are_mended(
    damage: tuple[str, ...],
    before: list[tuple[Any, ...]],
    backend: Backend,
    settings: Settings,
    database_url: str,
) -> None:
    with backend.database.writer.begin() as connection:
        for statement in damage:
            connection.execute(text(statement))

    again = open_backend(settings, SettableClock())
    with again.database.readers.connect() as connection:
        building = not_ready(connection)
    mend_missing_rollups(again)

    assert building == {"user_daily_usage", "people_daily_usage"}
    assert sealed(rows(database_url, PEOPLE)) == sealed(before)
    with again.database.readers.connect() as connection:
        assert [found for day in DAYS for found in differences(connection, day)] == []
    again.close()
