"""Logs that are damaged, or may not be read, cost nothing else."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend.tests.sources.claude_calls import call
from backend.tests.sources.conftest import Imported, Write

from tokentally.sources.files import is_there, list_logs
from tokentally.sources.reading import Skipped

NOBODY = 65534


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


def test_a_byte_order_mark_is_tolerated(write: Write, imported: Imported, skipped: Skipped) -> None:
    write("projects/a.jsonl", b"\xef\xbb\xbf", call("req_A"))

    events = imported()

    assert list(events) == ["req_A"]
    assert skipped == Skipped()
