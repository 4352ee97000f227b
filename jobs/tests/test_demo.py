import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from backend.tests.engines.plain import opened
from backend.tests.exactness.stored import stored_events
from jobs.tests.conftest import Run, Send
from jobs.tests.usage_rows import march, rows

from tokentally_jobs.demo import demo_events

UNPRICED = (
    "SELECT DISTINCT m.name FROM token_event e JOIN model m ON m.id = e.model_id "
    "JOIN app_user u ON u.id = e.user_id WHERE e.cost_source = 0 AND substr(u.name, 1, 5) = 'demo-'"
)
TEAMS = "SELECT name FROM team ORDER BY name"
IN_ANOTHER_TEAM = (
    "SELECT DISTINCT u.name, used.name, own.name FROM token_event e"
    " JOIN app_user u ON u.id = e.user_id JOIN team used ON used.id = e.team_id"
    " LEFT JOIN team own ON own.id = u.team_id"
    " WHERE substr(u.name, 1, 5) = 'demo-' AND used.name <> coalesce(own.name, 'Unassigned')"
)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.timeout(240)
def test_the_demo_is_large_quick_exact_and_leaves_without_a_trace(
    tokentally: Run, send: Send, database_path: Path
) -> None:
    send(march(1), march(2, user="demonstrator"), march(3, user="Demo-x"))
    with opened(database_path) as connection:
        own = stored_events(connection)
    teams = rows(database_path, TEAMS)
    started = time.process_time()

    loaded = tokentally("demo", price_book="genai-prices")

    assert time.process_time() - started < 20
    [(events,)] = rows(database_path, "SELECT count(*) FROM token_event")
    assert events >= 50_000 + len(own)
    assert loaded.out == f"loaded {events - 3:,} demo events of users named demo-...\n"
    assert rows(database_path, "SELECT count(*) FROM pending_usage") == [(0,)]
    assert rows(database_path, UNPRICED) == [("in-house/llama-4-scout",)]
    assert rows(database_path, IN_ANOTHER_TEAM) == []
    assert tokentally("verify").status == 0

    removed = tokentally("demo", "--remove")

    assert removed.out == f"removed {events - 3:,} demo events\n"
    with opened(database_path) as connection:
        assert stored_events(connection) == own
    assert rows(database_path, TEAMS) == teams
    assert tokentally("verify").status == 0
    assert tokentally("demo", "--remove").out == "removed 0 demo events\n"


def test_a_seed_and_a_time_give_the_same_demo() -> None:
    first, again, other = (list(demo_events(NOW, seed)) for seed in (1, 1, 2))

    assert first == again
    assert first != other
    assert len(first) >= 50_000
    assert len({event.event_id for event in first}) == len(first)
    assert all(event.user.startswith("demo-") for event in first)
    assert max(event.occurred_at for event in first) <= NOW.timestamp() * 10**6
