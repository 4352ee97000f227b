"""`tokentally doctor`: how the database does, in plain lines."""

import re
from importlib.metadata import version
from itertools import takewhile
from pathlib import Path

import pytest
from backend.tests.engines.plain import change, rows
from backend.tests.factories import event, no_price
from fastapi.testclient import TestClient
from jobs.tests.conftest import Run, Said, Send
from jobs.tests.usage_rows import march

from tokentally.api.backend import Backend
from tokentally.clock import utc_now
from tokentally.days import day_number
from tokentally.queries.findings import Finding
from tokentally.store.schema import HEAD
from tokentally_jobs.doctor import examine
from tokentally_jobs.fold import fold_pending


def findings(said: Said) -> dict[str, str]:
    """What comes after the name of each line that has one."""
    return dict(line.split(": ", 1) for line in said.out.splitlines() if ": " in line)


def test_a_database_that_is_well_needs_no_attention(tokentally: Run, send: Send) -> None:
    send(*(march(day, cost_usd="0") for day in (1, 2, 2)))
    tokentally("fold")
    tokentally("verify")

    said = tokentally("doctor")

    time = r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
    expected = [
        r"database: SQLite 3\.\d+\.\d+, \d+\.\d kB",
        rf"schema: {HEAD}",
        r"events: 2",
        rf"as of: {time}",
        r"pending: 0 rows",
        rf"last fold: {time}, 2 rows in \d+\.\d{{3}} s, the oldest after \d+\.\d s",
        rf"last verify: {time}, 0 differences",
        r"received in the last 7 days:",
        r"  codex: 2 accepted",
        r"  codex: 1 duplicate",
        r"nothing needs attention",
    ]
    assert (said.status, said.err) == (0, "")
    told = said.out.splitlines()
    assert len(told) == len(expected), said.out
    for line, pattern in zip(told, expected, strict=True):
        assert re.fullmatch(pattern, line), (line, pattern)


def test_an_empty_database_is_well(tokentally: Run) -> None:
    said = tokentally("doctor")

    assert (said.status, said.err) == (0, "")
    assert said.out.splitlines()[2:] == [
        "events: 0",
        "as of: never",
        "pending: 0 rows",
        "last fold: never",
        "last verify: never",
        "received in the last 7 days: nothing",
        "nothing needs attention",
    ]


@pytest.mark.every_engine
def test_it_reads_every_engine(client: TestClient, backend: Backend) -> None:
    client.post("/v1/events", json=[event(), event(event_id="a", input_tokens=-1)])
    fold_pending(backend)

    with backend.database.readers.connect() as connection:
        [size, *told] = examine(connection, backend.settings, backend.clock)

    engine = backend.database.readers.dialect.name
    named = "SQLite" if engine == "sqlite" else "PostgreSQL"
    assert re.fullmatch(rf"database: {named} \d+\.\d+\S*, \d+\.\d [kM]B", size.line)
    assert told == [
        Finding(f"schema: {HEAD}"),
        Finding("events: 1"),
        Finding("as of: 2026-11-21T12:00:00.000000Z"),
        Finding("pending: 0 rows"),
        Finding(
            "last fold: 2026-11-21T12:00:00.000000Z, 1 rows in 0.000 s, the oldest after 0.0 s"
        ),
        Finding("last verify: never"),
        Finding("received in the last 7 days:"),
        Finding("  codex: 1 accepted"),
        Finding("  codex: 1 rejected: input_tokens must be an integer from 0 to 1000000000000"),
        Finding("unpriced, and so missing in every cost:"),
        Finding(f"  openai/gpt-4.1: 120 tokens; {no_price('openai/gpt-4.1')}"),
        Finding("calls of the last 7 days:"),
        Finding("  codex: 1, the last 2026-11-21T10:15:00.000000Z"),
    ]


def test_refusals_and_wrong_totals_are_told_by_source_and_reason(
    client: TestClient, tokentally: Run, database_path: Path
) -> None:
    client.post(
        "/v1/events",
        json=[
            event(source="claude", total_tokens=1, cost_usd="0"),
            event(event_id="a", input_tokens=-1),
            event(event_id="b", input_tokens=-1),
            event(event_id="c", output_tokens=-1),
            "no object",
        ],
    )
    receive_days_ago(0, database_path)

    lines = tokentally("doctor").out.splitlines()
    told = lines[lines.index("received in the last 7 days:") + 1 :]

    assert [*takewhile(lambda line: line.startswith("  "), told)] == [
        "  (unknown): 1 rejected: no JSON object",
        "  claude: 1 accepted",
        "  claude: 1 whose stated total is not the sum of its parts",
        "  codex: 2 rejected: input_tokens must be an integer from 0 to 1000000000000",
        "  codex: 1 rejected: output_tokens must be an integer from 0 to 1000000000000",
    ]


def test_deliveries_of_more_than_a_week_ago_are_not_told(
    tokentally: Run, send: Send, database_path: Path
) -> None:
    send(march(1))
    receive_days_ago(7, database_path)

    assert "received in the last 7 days: nothing" in tokentally("doctor").out


def receive_days_ago(days: int, database_path: Path) -> None:
    """Let all deliveries have come so many days ago."""
    day = day_number(utc_now().date()) - days
    change(database_path, f"UPDATE ingest_stat SET day = {day}")  # noqa: S608


def test_events_are_not_counted_one_by_one_while_their_rollup_is_missing(
    tokentally: Run, send: Send, database_path: Path
) -> None:
    send(march(1))
    change(database_path, "DROP TABLE people_daily_usage")

    assert findings(tokentally("doctor"))["events"] == "not known"


def test_what_it_advises_helps(tokentally: Run, send: Send, database_path: Path) -> None:
    send(march(1))
    change(database_path, "UPDATE pending_usage SET received_seconds = received_seconds - 1000000")
    tokentally("fold")
    change(database_path, "UPDATE user_daily_usage SET requests = 7")
    drifted = tokentally("verify")
    ill = tokentally("doctor")

    tokentally("backfill")
    tokentally("verify")

    assert (drifted.status, ill.status) == (1, 1)
    assert "1 differences" in findings(ill)["last verify"]
    assert tokentally("doctor").status == 0


def test_a_check_of_some_days_is_not_taken_for_a_check_of_all(tokentally: Run, send: Send) -> None:
    send(march(1))

    tokentally("verify", "--from", "2024-03-01")

    assert findings(tokentally("doctor"))["last verify"] == "never"


def test_it_changes_nothing(tokentally: Run, send: Send, database_path: Path) -> None:
    send(march(1))
    change(database_path, "UPDATE alembic_version SET version_num = '0001'")

    tokentally("doctor")

    assert rows(database_path, "SELECT version_num FROM alembic_version") == [("0001",)]
    assert rows(database_path, "SELECT count(*) FROM pending_usage") == [(1,)]


def test_what_is_no_database_is_said_in_one_line(tokentally: Run, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("this is no database\n" * 100)

    said = tokentally("doctor", database_url=f"sqlite:///{tmp_path}/text.db")

    assert (said.status, said.out) == (1, "")
    assert "file is not a database" in said.err
    assert said.err.count("\n") == 1


def test_the_version_is_told(tokentally: Run) -> None:
    assert tokentally("--version") == (0, f"tokentally {version('tokentally')}\n", "")
