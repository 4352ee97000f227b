import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from backend.tests.sources.conftest import Imported, Write

from tokentally.sources import windows
from tokentally.sources.files import is_there, list_logs
from tokentally.sources.reading import Cursor, Skipped

NOBODY = 65534


def call(request: str, **more: object) -> dict[str, object]:
    message = {"id": f"msg_{request}", "model": "m", "usage": {"output_tokens": 1}}
    time = "2026-11-21T10:00:00.000Z"
    return {
        "type": "assistant",
        "timestamp": time,
        "requestId": request,
        "message": message,
        **more,
    }


def test_lines_that_are_no_json_objects_are_counted_and_passed_over(
    write: Write, imported: Imported, skipped: Skipped
) -> None:
    write(
        "projects/a.jsonl",
        b'{"type":"user","mess{"type":"assistant","usage":1}\n',
        b"\x00\x01\xffbinary\n",
        b'["usage"]\n',
        b"42\n",
        b'{"type":"assistant","timestamp":"\xff","message":{"usage":{}}}\n',
        b'{"type":"assistant","message":{"usage":[]}}\n',
        b'{"type":"assistant","message":{"usage":[]},torn\n',
        b'{"type":"assistant","message":{"usage":{},"x":' + b"[" * 5_000 + b"]" * 5_000 + b"}}\n",
        b"   \r\n",
        call("req_A"),
    )

    events = imported()

    assert list(events) == ["req_A"]
    assert skipped.counts == {
        "not JSON": 3,
        "not a JSON object": 2,
        "not UTF-8": 1,
        "nested too deeply": 1,
        "field of an unexpected type": 1,
    }


def test_bad_text_in_a_part_that_is_not_read_costs_no_tokens(
    write: Write, imported: Imported, skipped: Skipped
) -> None:
    line = b'{"type":"assistant","timestamp":"2026-11-21T10:00:00Z","requestId":"req_A",'
    write("projects/a.jsonl", line + b'"x":"\xff","message":{"usage":{"output_tokens":1}}}\n')

    events = imported()

    assert list(events) == ["req_A"]
    assert skipped == Skipped()


def test_things_that_only_look_like_logs_are_reported(
    tmp_path: Path, write: Write, imported: Imported, skipped: Skipped
) -> None:
    write("projects/folder.jsonl/inside.jsonl", call("req_A"))
    write("projects/empty.jsonl")
    (tmp_path / "projects/loop.jsonl").symlink_to("loop.jsonl")
    (tmp_path / "projects/gone.jsonl").symlink_to("nowhere")
    os.mkfifo(tmp_path / "projects/pipe.jsonl")
    write("sessions/broken.jsonl.zst", b"this is not zstd")

    events = imported()

    assert list(events) == ["req_A"]
    assert skipped.counts == {
        "not a regular file": 2,
        "empty file": 1,
        "unreadable file": 2,
        "damaged compressed file": 1,
    }
    assert sorted(Path(path).name for path, _ in skipped.problems) == [
        "broken.jsonl.zst",
        "empty.jsonl",
        "folder.jsonl",
        "gone.jsonl",
        "loop.jsonl",
        "pipe.jsonl",
    ]


@contextmanager
def without_privileges(folder: Path) -> Iterator[None]:
    """As a user who may not read everything: root becomes `nobody`, for whom `folder` is opened."""
    if os.geteuid() != 0:
        yield
        return
    for above in (folder, *folder.parents[:-2]):
        above.chmod(0o755)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_file_without_permission_is_reported(
    tmp_path: Path, write: Write, imported: Imported, skipped: Skipped
) -> None:
    write("projects/a.jsonl", call("req_A")).chmod(0)
    write("projects/b.jsonl", call("req_B"))

    with without_privileges(tmp_path):
        events = imported()

    assert list(events) == ["req_B"]
    assert skipped.counts == {"unreadable file": 1}


def test_a_folder_that_may_not_be_looked_into_costs_nothing_else(write: Write) -> None:
    closed = write("closed/sessions/a.jsonl", call("req_A")).parent
    opened = write("projects/b.jsonl", call("req_B"))
    skipped = Skipped()
    closed.parent.chmod(0)

    with without_privileges(opened.parent):
        found = list_logs([closed, opened.parent], (".jsonl",), skipped)
        there = [is_there(root) for root in (closed, opened.parent)]

    closed.parent.chmod(0o700)
    assert [file.name for file in found] == ["b.jsonl"]
    assert skipped.problems == [(str(closed), "unreadable folder: Permission denied")]
    assert there == [False, True]


def test_a_name_that_is_not_text_is_reported(
    tmp_path: Path, write: Write, imported: Imported, skipped: Skipped
) -> None:
    write("projects/a.jsonl", call("req_A"))
    (tmp_path / "projects" / os.fsdecode(b"\xff.jsonl")).write_bytes(b"{}\n")

    events = imported()

    assert list(events) == ["req_A"]
    assert skipped.counts == {"file name is not UTF-8": 1}


def test_folders_that_do_not_exist_are_no_fault(imported: Imported, skipped: Skipped) -> None:
    events = imported()

    assert events == {}
    assert skipped == Skipped()


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
    path.write_bytes(b"*" * path.stat().st_size)

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


def test_a_byte_order_mark_is_tolerated(write: Write, imported: Imported, skipped: Skipped) -> None:
    write("projects/a.jsonl", b"\xef\xbb\xbf", call("req_A"))

    events = imported()

    assert list(events) == ["req_A"]
    assert skipped == Skipped()


def test_lines_longer_than_a_window_are_read(
    write: Write, imported: Imported, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "WINDOW", 64)
    write("projects/a.jsonl", call("req_A", text="x" * 1000), call("req_B"), call("req_C"))

    events = imported()

    assert list(events) == ["req_A", "req_B", "req_C"]


def test_a_line_without_end_is_passed_over(
    write: Write, imported: Imported, skipped: Skipped, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "WINDOW", 64)
    monkeypatch.setattr(windows, "LONGEST_LINE", 900)
    write("projects/a.jsonl", call("req_A"), call("req_B", text="x" * 2000), call("req_C"))

    events = imported()

    assert list(events) == ["req_A", "req_C"]
    assert skipped.counts["line too long"] >= 1


def test_a_last_line_that_is_too_long_is_not_read_again(
    write: Write, imported: Imported, cursors: dict[str, Cursor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "WINDOW", 64)
    monkeypatch.setattr(windows, "LONGEST_LINE", 900)
    path = write("projects/a.jsonl", call("req_A"), b"x" * 64 * 40)

    imported()

    (cursor,) = cursors.values()
    assert cursor.offset >= path.stat().st_size - 900 - 64
    assert cursor.identity.endswith(f":{path.stat().st_size}")
