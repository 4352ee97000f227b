"""Lines that are longer than what is read at a time."""

import pytest
from backend.tests.sources.claude_calls import call
from backend.tests.sources.conftest import Imported, Write

from tokentally.sources import windows
from tokentally.sources.reading import Cursor, Skipped


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
    assert f":{path.stat().st_size}:" in cursor.identity
