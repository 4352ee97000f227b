import json

import zstandard
from backend.tests.sources.codex_lines import LOG, META, count, inputs, line
from backend.tests.sources.conftest import Imported, Write

from tokentally.sources.reading import Cursor, Skipped


def test_a_session_keeps_its_ids_when_archived_or_compressed(
    write: Write, imported: Imported
) -> None:
    path = write(LOG, META, count(3), count(5))
    data = path.read_bytes()
    first = dict(imported())
    path.unlink()
    write(f"archived_sessions/{path.name}", data)
    compressor = zstandard.ZstdCompressor()
    write(f"{LOG}.zst", compressor.compress(data[:70]) + compressor.compress(data[70:]))

    again = imported()

    assert again == first
    assert inputs(again) == {"s1:1": 3, "s1:2": 2}


def test_a_compressed_rollout_that_did_not_change_is_not_opened(
    write: Write, imported: Imported, cursors: dict[str, Cursor]
) -> None:
    write(f"{LOG}.zst", zstandard.ZstdCompressor().compress(b"not JSON\n"))
    imported()
    before = dict(cursors)

    imported()

    assert cursors == before
    assert [cursor.offset for cursor in cursors.values()] == [9]


def test_a_session_goes_on_where_the_last_run_ended(write: Write, imported: Imported) -> None:
    write(LOG, META, line("turn_context", model="gpt-6"), count(3))
    imported()
    write(LOG, count(3), count(8), mode="ab")

    events = imported()

    assert inputs(events) == {"s1:1": 3, "s1:2": 5}
    assert events["s1:2"].model == "gpt-6"


def test_a_file_without_meta_is_known_by_its_name(write: Write, imported: Imported) -> None:
    write(LOG, count(3))

    events = imported()

    assert inputs(events) == {"rollout-2026-11-21T10-00-00-s1:1": 3}


def test_a_word_as_source_is_no_parent(write: Write, imported: Imported, skipped: Skipped) -> None:
    write(LOG, line("session_meta", id="s1", source="vscode"), count(3))

    events = imported()

    assert inputs(events) == {"s1:1": 3}
    assert skipped == Skipped()


def test_spaces_in_the_json_change_nothing(write: Write, imported: Imported) -> None:
    compact = [
        json.dumps(each, separators=(",", ":")).encode() + b"\n" for each in (META, count(3))
    ]
    write(LOG, *compact, count(5))

    events = imported()

    assert inputs(events) == {"s1:1": 3, "s1:2": 2}
