"""A database of before there were boards gets what they are read from, sealed days included."""

from collections.abc import Sequence
from typing import Any

import pytest
from backend.tests.engines.plain import rows
from backend.tests.factories import SettableClock, event
from fastapi.testclient import TestClient
from sqlalchemy import Connection, text

from tokentally.api.backend import Backend, open_backend
from tokentally.config import Settings
from tokentally.store import schema
from tokentally.store.rollup_state import not_ready
from tokentally.store.verify import Difference, differences, differences_of_totals
from tokentally_jobs.backfill import mend_missing_rollups
from tokentally_jobs.fold import fold_pending

pytestmark = pytest.mark.every_engine

PEOPLE = "SELECT * FROM people_daily_usage ORDER BY 1, 2, 3"
TOTALS = "SELECT * FROM people_total_usage ORDER BY 1, 2"
SYNCED = "SELECT user_id, last_sync_at FROM user_sync ORDER BY 1"
RECEIVED = "SELECT user_id, max(received_seconds) * 1000000 FROM token_event GROUP BY 1 ORDER BY 1"
DAYS = range(20_770, 20_779)
UNDO_TOTALS = (
    "DROP TABLE metric_stream",
    "DROP TABLE people_total_usage",
    "DELETE FROM rollup_state WHERE name = 'people_total_usage'",
    "UPDATE alembic_version SET version_num = '0004'",
)
UNDO_PEOPLE = (
    "DROP TABLE people_daily_usage",
    "DROP TABLE user_sync",
    "ALTER TABLE app_user DROP COLUMN leaderboard_changed_at",
    "DELETE FROM rollup_state WHERE name = 'people_daily_usage'",
    "UPDATE alembic_version SET version_num = '0003'",
)
"""What makes a database of today one of before."""
VERSIONS = {"people": UNDO_TOTALS + UNDO_PEOPLE, "totals": UNDO_TOTALS}


@pytest.fixture(params=VERSIONS)
def undo(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """What takes the rollups of each version away."""
    return VERSIONS[request.param]


@pytest.fixture
def before(
    client: TestClient, backend: Backend, database_url: str, undo: tuple[str, ...]
) -> list[list[tuple[Any, ...]]]:
    """The rows of the rollups in a database that had them always; it no longer has them."""
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
    kept = [rows(database_url, PEOPLE), rows(database_url, TOTALS)]
    assert [len(each) for each in kept] > [40, 9]
    with backend.database.writer.begin() as connection:
        for statement in undo:
            connection.execute(text(statement))
    return kept


def test_the_rollups_are_what_they_would_have_been(
    before: list[list[tuple[Any, ...]]], settings: Settings, database_url: str
) -> None:
    again = open_backend(settings, SettableClock())

    assert [rows(database_url, PEOPLE), rows(database_url, TOTALS)] == before
    assert rows(database_url, SYNCED) == rows(database_url, RECEIVED)
    for fold in (lambda _: None, fold_pending):
        fold(again)
        with again.database.readers.connect() as connection:
            assert schema.revision(connection) == schema.HEAD
            assert differing(connection) == []
    again.close()


def differing(connection: Connection) -> list[Difference]:
    of_days = [found for day in DAYS for found in differences(connection, day)]
    return [*of_days, *differences_of_totals(connection)]


def sealed(found: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [row for row in found if row[1] < 20_775]


NOT_READY = {
    "half mended": (
        "UPDATE rollup_state SET state = 'building' WHERE name = '{0}'",
        "DELETE FROM {0} WHERE day < 20777",
    ),
    "dropped": ("DROP TABLE {0}",),
}


@pytest.mark.parametrize("damage", NOT_READY.values(), ids=NOT_READY)
@pytest.mark.parametrize(
    ("undo", "finer", "expected"),
    [
        (VERSIONS["people"], "user_daily_usage", {"people_daily_usage", "people_total_usage"}),
        (VERSIONS["totals"], "people_daily_usage", {"people_total_usage"}),
    ],
    ids=VERSIONS,
)
def test_where_the_finer_rollup_is_not_ready_all_are_mended(
    damage: tuple[str, ...],
    finer: str,
    expected: set[str],
    before: list[list[tuple[Any, ...]]],
    backend: Backend,
    settings: Settings,
    database_url: str,
) -> None:
    with backend.database.writer.begin() as connection:
        for statement in damage:
            connection.execute(text(statement.format(finer)))

    again = open_backend(settings, SettableClock())
    with again.database.readers.connect() as connection:
        building = not_ready(connection)
    mend_missing_rollups(again)

    assert building == {finer, *expected}
    assert sealed(rows(database_url, PEOPLE)) == sealed(before[0])
    with again.database.readers.connect() as connection:
        assert differing(connection) == []
    again.close()
