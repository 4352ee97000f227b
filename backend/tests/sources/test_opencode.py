"""What OpenCode stores, in its database and in the files of older versions."""

import json
import os
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from backend.tests.sources.conftest import Write
from backend.tests.sources.reading import Reading

from tokentally.models.event import SentEvent
from tokentally.sources.opencode import read_opencode

CAPTURED = Path(__file__).parents[1] / "data" / "captures" / "opencode" / "opencode.db"
CREATED = 1_795_305_566_457


def message(**changes: Any) -> dict[str, Any]:
    return {
        "role": "assistant",
        "time": {"created": CREATED},
        "providerID": "anthropic",
        "modelID": "claude-sonnet-4-5",
        "cost": 0,
        "tokens": {"input": 3, "output": 20, "reasoning": 5, "cache": {"read": 40, "write": 2}},
    } | changes


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A copy of a real database, which its owner has open."""
    return Path(copy(CAPTURED, tmp_path))


def put(database: Path, name: str, changed: int, *steps: dict[str, Any], **said: Any) -> None:
    """Store a message as OpenCode does, with the parts that end its steps."""
    with closing(sqlite3.connect(database)) as connection, connection:
        [session] = connection.execute("SELECT id FROM session LIMIT 1").fetchone()
        row = (name, session, CREATED, changed, json.dumps(message(**said)))
        connection.execute(
            "INSERT INTO message VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
            " time_updated = excluded.time_updated, data = excluded.data",
            row,
        )
        for number, tokens in enumerate(steps):
            part = json.dumps({"type": "step-finish", "tokens": tokens})
            connection.execute(
                "INSERT OR REPLACE INTO part VALUES (?, ?, ?, ?, ?, ?)",
                (f"{name}-{number}", name, session, CREATED, changed, part),
            )


def test_a_real_database_gives_each_answer_once() -> None:
    reading = Reading(read_opencode)

    ids = reading.read(CAPTURED)

    assert ids == [
        "msg_2008cf0f9001Mp7KxUMAFYC4wy",
        "msg_20091e0fc001CE0rUVh4S8Zg2T",
        "msg_20091e69b001tVyZc4ipTgo6FI",
    ]
    assert reading.events[ids[0]] == SentEvent(
        event_id=ids[0],
        occurred_at="2026-11-21T23:59:26.457+00:00",
        source="opencode",
        model="fake/moonshotai/Kimi-K2",
        input_tokens=1492,
        cached_input_tokens=512,
        cache_write_tokens=0,
        output_tokens=64,
        reasoning_output_tokens=20,
        total_tokens=2088,
        pricing_mode="add",
    )
    assert [event.total_tokens for event in reading.events.values()] == [2088, 2082, 2086]
    assert reading.read(CAPTURED) == []


def test_a_database_may_be_named_from_the_folder_that_it_is_in(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(database.parent)

    assert len(Reading(read_opencode).read(Path(database.name))) == 3


def test_what_changes_is_read_again_while_the_database_is_in_use(database: Path) -> None:
    reading = Reading(read_opencode)
    reading.read(database)
    with closing(sqlite3.connect(database)) as owner:
        owner.execute("PRAGMA journal_mode=wal")
        put(database, "new", CREATED + 1_000_000)
        first = reading.read(database)
        put(database, "new", CREATED + 1_000_001, tokens={"input": 3, "output": 90})
        second = reading.read(database)

    assert ["new" in first, "new" in second] == [True, True]
    assert reading.events["new"].total_tokens == 93


def test_what_is_stored_with_earlier_times_is_read(database: Path) -> None:
    reading = Reading(read_opencode)
    reading.read(database)

    put(database, "from_elsewhere", CREATED - 1_000_000)
    first = reading.read(database)
    put(database, "from_elsewhere", CREATED - 2_000_000, tokens={"input": 3, "output": 90})
    second = reading.read(database)

    assert [first, second, reading.read(database)] == [["from_elsewhere"], ["from_elsewhere"], []]
    assert reading.events["from_elsewhere"].total_tokens == 93


def test_answers_of_the_same_moment_are_read_once(database: Path) -> None:
    reading = Reading(read_opencode)
    put(database, "one", CREATED + 1_000_000)
    put(database, "other", CREATED + 1_000_000)
    reading.read(database)

    again = reading.read(database)
    put(database, "one", CREATED + 1_000_000, tokens={"input": 3, "output": 90})

    assert [again, reading.read(database)] == [[], ["one"]]


def test_a_database_whose_last_answer_was_deleted_is_read_on(database: Path) -> None:
    reading = Reading(read_opencode)
    put(database, "last", CREATED - 1_000_000)
    reading.read(database)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM message WHERE id = 'last'")

    put(database, "in its place", CREATED - 1_000_000)

    assert "in its place" in reading.read(database)
    assert reading.read(database) == []


def test_of_an_answer_in_several_steps_all_steps_count(database: Path) -> None:
    reading = Reading(read_opencode)
    steps: list[dict[str, Any]] = [
        {"input": 10, "output": 1},
        {"input": 20, "output": 2, "cache": {"read": 7}},
    ]

    put(database, "stepwise", CREATED + 1_000_000, *steps, tokens=steps[-1])
    reading.read(database)

    found = reading.events["stepwise"]
    assert (found.input_tokens, found.cached_input_tokens, found.output_tokens) == (30, 7, 3)
    assert found.total_tokens == 40


def test_an_answer_that_has_not_come_is_no_event_until_it_does(database: Path) -> None:
    reading = Reading(read_opencode)
    nothing = {"input": 0, "output": 0, "reasoning": 0, "cache": {"read": 0, "write": 0}}

    put(database, "begun", CREATED + 1_000_000, tokens=nothing)
    before = reading.read(database)
    put(database, "begun", CREATED + 1_000_001)

    assert "begun" not in before
    assert "begun" in reading.read(database)


def test_a_message_that_moved_into_the_database_keeps_its_id(
    database: Path, write: Write, tmp_path: Path
) -> None:
    write("storage/message/ses_1/msg_old.json", json.dumps(message()).encode())
    write("storage/message/ses_1/msg_user.json", json.dumps(message(role="user")).encode())
    write("storage/message/ses_1/note.json", b"{}")
    put(database, "msg_old", CREATED + 1_000_000)
    reading = Reading(read_opencode)

    ids = reading.read(database, tmp_path / "storage/message")

    assert ids.count("msg_old") == 1
    assert reading.read(tmp_path / "storage/message") == []
    assert reading.events["msg_old"].total_tokens == 70


def test_a_cost_is_only_taken_where_there_is_one(database: Path) -> None:
    reading = Reading(read_opencode)
    put(database, "paid", CREATED + 1_000_000, cost=0.0123)
    put(database, "free", CREATED + 1_000_000, cost=0)

    reading.read(database)

    assert reading.events["paid"].cost_usd == Decimal("0.0123")
    assert reading.events["free"].cost_usd is None


def test_what_can_not_be_read_costs_nothing_else(
    database: Path, write: Write, tmp_path: Path
) -> None:
    write("a/opencode.db", b"no database, whatever its name says")
    write("a/msg_torn.json", b'{"role": "assist')
    put(database, "wrong", CREATED + 1_000_000, tokens={"input": -1.5})
    reading = Reading(read_opencode)

    ids = reading.read(tmp_path / "a", database)

    assert len(ids) == 3
    assert [path for path, _ in reading.skipped.problems] == [str(tmp_path / "a/opencode.db")]
    assert reading.skipped.counts["not JSON"] == 1


def test_a_message_of_no_calendar_costs_nothing_else(database: Path) -> None:
    put(database, "early", CREATED + 1, time={"created": -(10**15)})
    put(database, "late", CREATED + 1, time={"created": 10**18})
    reading = Reading(read_opencode)

    ids = reading.read(database)

    assert len(ids) == 3
    assert reading.skipped.counts == {"field of an unexpected type": 2}


@pytest.mark.parametrize(
    ("table", "torn", "reason"),
    [
        ("message", b'{"role": "assist', "not JSON"),
        (
            "message",
            b'{"role": "assistant", "time": {"created": 1}, "modelID": "\xff"}',
            "not UTF-8",
        ),
        ("part", b'{"type": "step-fin', None),
    ],
)
def test_a_damaged_row_costs_nothing_else(
    database: Path, table: str, torn: bytes, reason: str | None
) -> None:
    put(database, "torn", CREATED + 1, {"input": 3, "output": 20})
    put(database, "whole", CREATED + 2)
    with closing(sqlite3.connect(database)) as connection, connection:
        row = "id" if table == "message" else "message_id"
        connection.execute(
            f"UPDATE {table} SET data = CAST(? AS TEXT) WHERE {row} = 'torn'",  # noqa: S608
            (torn,),
        )
    reading = Reading(read_opencode)

    ids = reading.read(database)

    assert "whole" in ids
    assert ("torn" in ids) == (reason is None)
    assert reading.skipped.counts == ({reason: 1} if reason else {})


def test_a_message_that_is_written_anew_at_the_same_size_is_read_again(
    write: Write, tmp_path: Path
) -> None:
    reading = Reading(read_opencode)
    file = write("msg_a.json", json.dumps(message(tokens={"input": 100})).encode())
    reading.read(tmp_path)

    file.write_bytes(json.dumps(message(tokens={"input": 999})).encode())
    os.utime(file, (CREATED, CREATED))
    reading.read(tmp_path)

    assert reading.events["msg_a"].input_tokens == 999
