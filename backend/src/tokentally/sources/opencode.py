"""Reads what OpenCode stored: one event per answer of a model."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from hashlib import blake2b
from pathlib import Path

from tokentally.sources.chunks import ChunkInProgress
from tokentally.sources.files import LogFile, is_changed, list_logs, whole_cursor
from tokentally.sources.opencode_messages import event_of
from tokentally.sources.reading import Chunk, Cursor, Skipped
from tokentally.sources.windows import open_log

DATABASE = "opencode.db"
MESSAGE = "msg_"
_MARK_BYTES = 8

_NEW_MESSAGES = """
SELECT rowid, id, time_updated, data,
    (SELECT json_group_array(json(part.data)) FROM part
        WHERE part.message_id = message.id AND CASE WHEN json_valid(part.data)
            THEN json_extract(part.data, '$.type') = 'step-finish' END)
FROM message
WHERE (time_updated >= ? OR rowid >= ?)
    AND CASE WHEN json_valid(data) THEN json_extract(data, '$.role') = 'assistant' ELSE 1 END
ORDER BY rowid
"""
"""A row that holds no JSON would fail the whole question if it were looked into."""


def read_opencode(
    roots: Sequence[Path], cursors: Mapping[str, Cursor], skipped: Skipped
) -> Iterator[Chunk]:
    """Yield the answers below `roots` that are new since `cursors`.

    Newer versions keep them in a database, older ones in a file each; a message that was moved from
    the one to the other keeps its id. While it is answered its counts grow.
    """
    chunk = ChunkInProgress()
    for file in stored_files(roots, skipped):
        cursor = cursors.get(file.path)
        try:
            if file.name == DATABASE:
                yield from _read_database(file, cursor, chunk, skipped)
            elif is_changed(file, cursor):
                yield from _read_message(file, chunk, skipped)
        except (OSError, sqlite3.Error) as error:
            skipped.file(file.path, "unreadable file", str(error))
    if not chunk.is_empty():
        yield chunk.take()


def stored_files(roots: Sequence[Path], skipped: Skipped) -> list[LogFile]:
    """The databases and the messages below `roots`; a root may be one of them itself."""
    return [
        file
        for file in list_logs(roots, (DATABASE, ".json"), skipped)
        if file.name == DATABASE or file.name.startswith(MESSAGE)
    ]


def _read_database(
    file: LogFile, cursor: Cursor | None, chunk: ChunkInProgress, skipped: Skipped
) -> Iterator[Chunk]:
    """New is what changed since the latest change that was read (the cursor's offset), and what
    comes after the last row, whatever its time: it may be from elsewhere, or a clock went back.

    What stands on these bounds is asked for again, and the cursor's state tells if it changed. It
    moves at the end alone, as changes don't come in the order of their times.
    """
    address = f"{Path(file.path).absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as database:
        database.text_factory = bytes  # what is not UTF-8 costs its own row alone
        latest, last = _bounds(database, file, cursor)
        seen = _marks(cursor.state) if cursor and last else set()
        at_latest, identity, mark, moved = list[bytes](), "", b"", False
        messages = database.execute(_NEW_MESSAGES, (latest, last))
        for row, message_id, changed, data, steps in messages:
            identity, mark = _identity(file, row, message_id), _mark(message_id, data, steps)
            if changed > latest:
                latest, at_latest = changed, []
            if changed == latest:
                at_latest.append(mark)
            if mark in seen:
                continue
            moved = True
            event = event_of(message_id.decode(errors="replace"), data, steps, skipped)
            if event:
                chunk.add_event(event)
            chunk.add_bytes(len(data))
            if chunk.is_full():
                yield chunk.take()
        if moved:
            chunk.add_cursor(Cursor(file.path, identity, latest, b"".join((*at_latest, mark))))


def _bounds(database: sqlite3.Connection, file: LogFile, cursor: Cursor | None) -> tuple[int, int]:
    """The latest change and the last row that were read: 0 if the last row is another one now."""
    row = cursor.identity.rpartition(":")[2] if cursor else ""
    found = database.execute("SELECT id FROM message WHERE rowid = ?", (row,)).fetchone()
    if cursor and found and cursor.identity == _identity(file, row, found[0]):
        return cursor.offset, int(row)
    return 0, 0


def _identity(file: LogFile, row: int | str, message_id: bytes) -> str:
    return f"{file.inode}:{_mark(message_id).hex()}:{row}"


def _mark(*values: bytes) -> bytes:
    return blake2b(b" ".join(values), digest_size=_MARK_BYTES).digest()


def _marks(state: bytes) -> set[bytes]:
    return {state[at : at + _MARK_BYTES] for at in range(0, len(state), _MARK_BYTES)}


def _read_message(file: LogFile, chunk: ChunkInProgress, skipped: Skipped) -> Iterator[Chunk]:
    with open_log(file, None) as log:
        data = log.handle.read()
        event = event_of(file.name.removesuffix(".json"), data, b"[]", skipped)
        if event:
            chunk.add_event(event)
        chunk.add_bytes(len(data))
        chunk.add_cursor(whole_cursor(file))
    if chunk.is_full():
        yield chunk.take()
