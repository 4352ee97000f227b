import os
from decimal import Decimal
from pathlib import Path

import pytest
from backend.tests.sources.conftest import Write

from tokentally.models.event import SentEvent
from tokentally.sources.files import list_logs
from tokentally.sources.jsonl import read_jsonl
from tokentally.sources.reading import Cursor, Skipped
from tokentally.sources.windows import open_log


def read(path: Path, cursors: dict[str, Cursor], skipped: Skipped) -> list[SentEvent]:
    events = []
    for chunk in read_jsonl(path, cursors, skipped):
        events += chunk.events
        cursors.update({cursor.path: cursor for cursor in chunk.cursors})
    return events


def test_lines_are_events_as_sent_also_repeated_ones(write: Write) -> None:
    at = "2026-11-21T10:15:00Z"
    first = {"event_id": "a", "occurred_at": at, "input_tokens": "12", "cost_usd": "0.5"}
    path = write("events.jsonl", first, {"event_id": "a", "occurred_at": at, "revision": 2})

    events = read(path, {}, Skipped())

    assert events == [
        SentEvent("a", at, input_tokens="12", cost_usd=Decimal("0.5")),
        SentEvent("a", at, revision=2),
    ]


def test_what_is_no_event_is_reported_by_reason(write: Write) -> None:
    skipped = Skipped()
    path = write(
        "events.jsonl",
        b"{half\n",
        b"[]\n",
        b"\n",
        {"event_id": "a"},
        {"event_id": "a", "occurred_at": "x", "output_tokens": 1.5},
        {"event_id": 5, "occurred_at": "x"},
    )

    events = read(path, {}, skipped)

    assert events == []
    assert skipped.counts == {
        "not JSON": 1,
        "not a JSON object": 1,
        "required field is missing": 1,
        "count is not a whole number from 0 to 10^12": 1,
        "field of an unexpected type": 1,
    }


def test_a_second_read_gives_only_what_is_new(write: Write) -> None:
    cursors: dict[str, Cursor] = {}
    path = write("events.jsonl", {"event_id": "a", "occurred_at": "x"}, b'{"event_id":"b",')
    first = read(path, cursors, Skipped())
    write("events.jsonl", b'"occurred_at":"y"}\n', mode="ab")

    second = read(path, cursors, Skipped())
    third = read(path, cursors, Skipped())

    assert [event.event_id for event in first] == ["a"]
    assert [event.event_id for event in second] == ["b"]
    assert third == []


def test_a_file_overwritten_in_place_at_the_same_size_is_read_again(write: Write) -> None:
    cursors: dict[str, Cursor] = {}
    first = {"event_id": "a" * 2_000, "occurred_at": "x"}  # the same for longer than is compared
    path = write("events.jsonl", first, {"event_id": "b", "occurred_at": "x"})
    read(path, cursors, Skipped())
    inode = path.stat().st_ino

    write("events.jsonl", first, {"event_id": "c", "occurred_at": "x"}, mode="r+b")
    os.utime(path, ns=(0, 0))
    again = read(path, cursors, Skipped())

    assert path.stat().st_ino == inode
    assert [event.event_id[0] for event in again] == ["a", "c"]
    assert read(path, cursors, Skipped()) == []


def test_a_file_that_grew_after_it_was_listed_is_read_once(write: Write) -> None:
    path = write("events.jsonl", {"event_id": "a", "occurred_at": "x"})
    os.utime(path, ns=(0, 0))
    [listed] = list_logs([path], ("",), Skipped())
    write("events.jsonl", {"event_id": "b", "occurred_at": "x"}, mode="ab")

    with open_log(listed, None) as log:
        lines = [line for window in log.windows(Skipped()) for line in window.lines]
        cursor = log.cursor(b"")

    assert len(lines) == 2
    assert read(path, {cursor.path: cursor}, Skipped()) == []


def test_what_is_neither_file_nor_folder_is_reported(tmp_path: Path) -> None:
    pipe, skipped = tmp_path / "pipe", Skipped()
    os.mkfifo(pipe)

    assert list_logs([pipe], ("",), skipped) == []
    assert skipped.problems == [(str(pipe), "not a regular file")]


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "nothing.jsonl", {}, Skipped())
