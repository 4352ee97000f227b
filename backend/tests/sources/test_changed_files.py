"""Logs that grow, shrink or are another file by the next time they are read."""

import json
import os
from collections import Counter

import pytest
from backend.tests.sources.claude_calls import call
from backend.tests.sources.conftest import Imported, Write

from tokentally.sources.reading import Cursor, Skipped


def test_a_half_written_line_waits_and_is_told(
    write: Write, imported: Imported, skipped: Skipped, cursors: dict[str, Cursor]
) -> None:
    path = write("projects/a.jsonl", call("req_A"), b'{"type":"assistant","mess')

    imported()

    end = path.read_bytes().rindex(b"\n") + 1
    assert [cursor.offset for cursor in cursors.values()] == [end]
    assert skipped == Skipped(Counter({"unfinished last line": 1}))


def test_a_file_without_a_last_newline_is_not_opened_again(
    write: Write, imported: Imported, cursors: dict[str, Cursor], skipped: Skipped
) -> None:
    path = write("projects/a.jsonl", call("req_A"), json.dumps(call("req_B")).encode())
    imported()
    before = path.stat()
    path.write_bytes(b"*" * before.st_size)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    events = imported()

    assert list(events) == ["req_A", "req_B"]
    assert skipped == Skipped()
    assert len(cursors) == 1


def test_a_whole_last_line_without_newline_counts_once(
    write: Write, imported: Imported, skipped: Skipped
) -> None:
    path = write("projects/a.jsonl", call("req_A"), call("req_B"))
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    first = dict(imported())
    write("projects/a.jsonl", b"\n", call("req_C"), mode="ab")

    events = imported()

    assert list(first) == ["req_A", "req_B"]
    assert list(events) == ["req_A", "req_B", "req_C"]
    assert skipped == Skipped()


@pytest.mark.parametrize("kept", ["", "req_0"])
def test_a_shortened_file_is_read_from_its_start(
    write: Write, imported: Imported, kept: str
) -> None:
    write("projects/a.jsonl", call("req_0"), call("req_1", padding="x" * 2000))
    imported()
    write("projects/a.jsonl", *([call(kept)] if kept else []), call("req_2"))

    events = imported()

    assert sorted(events) == ["req_0", "req_1", "req_2"]


def test_a_file_in_the_place_of_another_is_read_from_its_start(
    write: Write, imported: Imported
) -> None:
    old = write("projects/a.jsonl", call("req_0"))
    imported()
    new = write("projects/new", call("req_1"), call("req_2"), call("req_3"))
    new.replace(old)

    events = imported()

    assert sorted(events) == ["req_0", "req_1", "req_2", "req_3"]


def test_a_file_overwritten_in_place_is_read_from_its_start(
    write: Write, imported: Imported
) -> None:
    write("projects/a.jsonl", call("req_0"))
    imported()
    write("projects/a.jsonl", call("req_1"), call("req_2"), mode="r+b")

    events = imported()

    assert sorted(events) == ["req_0", "req_1", "req_2"]
