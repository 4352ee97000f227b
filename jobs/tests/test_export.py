import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from backend.tests.engines.engine import Engine
from backend.tests.engines.plain import opened
from backend.tests.exactness.stored import ROLLUPS, stored_events, stored_sums
from jobs.tests.conftest import Run, Send
from jobs.tests.usage_rows import march, rows

pytestmark = pytest.mark.every_engine

EVENTS = [
    march(1, cost_usd="0.000000001", reasoning_output_tokens=7, cached_input_tokens=30),
    march(
        2,
        event_id="add",
        pricing_mode="add",
        cached_input_tokens=500,
        cache_write_tokens=60,
        cache_write_1h_tokens=50,
        reasoning_output_tokens=9,
        total_tokens=689,
        cost_usd="1000000",
        success=False,
        user="ada",
        revision=2**63 - 1,
    ),
    march(3, event_id="0f5c1c9e-7d0a-4a39-b6d4-0d9d5f2f3c11", team=None, model=None, source=None),
    march(4, event_id="0F5C1C9E-7D0A-4A39-B6D4-0D9D5F2F3C11", user="é\u2028\"'<b>", team="=1+1"),
    march(5, occurred_at="2024-03-05T23:59:59.999999+00:00", input_tokens=0, output_tokens=0),
]
LARGEST = march(
    6,
    pricing_mode="add",
    input_tokens=10**12,
    cached_input_tokens=10**12,
    cache_write_tokens=10**12,
    output_tokens=10**12,
    reasoning_output_tokens=10**12,
)


@pytest.fixture
def second(engine: Engine) -> Iterator[str]:
    """Another empty database."""
    url = engine.fresh()
    yield url
    engine.drop(url)


@pytest.mark.parametrize("events", [EVENTS, [LARGEST]], ids=["ordinary", "largest"])
def test_a_jsonl_export_imports_as_the_same_events_and_sums(
    events: list[dict[str, object]],
    tokentally: Run,
    send: Send,
    database_url: str,
    second: str,
    tmp_path: Path,
) -> None:
    assert send(*events) == ["accepted"] * len(events)
    tokentally("fold")
    file = tmp_path / "events.jsonl"

    exported = tokentally("export", "--format", "jsonl", "--output", file)
    imported = tokentally("import", "jsonl", file, database_url=second)

    assert exported == (0, "", f"exported {len(events)} events\n")
    assert imported.out.startswith(f"jsonl: {len(events)} accepted;"), imported
    with opened(database_url) as here, opened(second) as there:
        assert stored_events(there) == stored_events(here)
        for table in ROLLUPS:
            sums = stored_sums(here, table, pending=False)
            assert stored_sums(there, table, pending=False) == sums
    assert rows(second, "SELECT * FROM ingest_stat WHERE kind = 'mismatch'") == []


def test_importing_an_export_where_it_came_from_changes_nothing(
    tokentally: Run, send: Send, tmp_path: Path
) -> None:
    send(*EVENTS)
    file = tmp_path / "events.jsonl"
    tokentally("export", "--format", "jsonl", "--output", file)

    said = tokentally("import", "jsonl", file)

    assert said.out.startswith("jsonl: 5 duplicate;")


def test_an_export_holds_the_days_asked_for(tokentally: Run, send: Send) -> None:
    send(*EVENTS)

    said = tokentally("export", "--format", "jsonl", "--from", "2024-03-02", "--to", "2024-03-03")

    assert said.status == 0
    assert [json.loads(line)["event_id"] for line in said.out.splitlines()] == [
        "add",
        "0f5c1c9e-7d0a-4a39-b6d4-0d9d5f2f3c11",
    ]


def test_a_csv_export_has_the_same_fields(tokentally: Run, send: Send) -> None:
    send(EVENTS[1])

    said = tokentally("export", "--format", "csv")

    assert list(csv.DictReader(io.StringIO(said.out))) == [
        {
            "event_id": "add",
            "occurred_at": "2024-03-02T10:15:00.000000Z",
            "source": "codex",
            "model": "openai/gpt-4.1",
            "input_tokens": "100",
            "cached_input_tokens": "500",
            "cache_write_tokens": "60",
            "cache_write_1h_tokens": "50",
            "output_tokens": "20",
            "reasoning_output_tokens": "9",
            "total_tokens": "689",
            "pricing_mode": "add",
            "cost_usd": "1000000.000000000",
            "success": "True",
            "revision": "9223372036854775807",
            "user": "ada",
            "team": "Kettle",
        }
        | {"success": "False"}
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
@pytest.mark.parametrize("field", ["event_id", "source", "model", "user", "team"])
def test_no_csv_cell_is_a_formula(field: str, start: str, tokentally: Run, send: Send) -> None:
    send(march(1, **{field: f"{start}cmd|' /c calc'!a0"}))

    said = tokentally("export", "--format", "csv")

    [row] = csv.DictReader(io.StringIO(said.out))
    assert row[field] == f"'{start}cmd|' /c calc'!a0"
    assert not any(cell[:1] in "=+-@\t\r" for cell in row.values() if cell)


def test_an_output_that_cannot_be_written_is_one_line(tokentally: Run, tmp_path: Path) -> None:
    said = tokentally("export", "--format", "csv", "--output", tmp_path / "none" / "x.csv")

    assert said.status == 1
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "none/x.csv can't be written: No such file or directory" in said.err
