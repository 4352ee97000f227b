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

_NEW_MESSAGES = """
SELECT id, time_updated, data,
    (SELECT json_group_array(json(part.data)) FROM part
        WHERE part.message_id = message.id AND CASE WHEN json_valid(part.data)
            THEN json_extract(part.data, '$.type') = 'step-finish' END)
FROM message
WHERE time_updated >= ?
    AND CASE WHEN json_valid(data) THEN json_extract(data, '$.role') = 'assistant' ELSE 1 END
ORDER BY time_updated, id
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
    """Messages are read in the order of their last change, whose time is the cursor's offset.

    Others may have changed at the time of the last one that was read, so this is asked for again.
    """
    identity = str(file.inode)
    known = cursor if cursor and cursor.identity == identity else Cursor(file.path, identity, 0)
    address = f"{Path(file.path).as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as database:
        database.text_factory = bytes  # what is not UTF-8 costs its own row alone
        for message_id, changed, data, steps in database.execute(_NEW_MESSAGES, (known.offset,)):
            state = blake2b(b" ".join((message_id, data, steps)), digest_size=16).digest()
            if (changed, state) == (known.offset, known.state):
                continue
            event = event_of(message_id.decode(), data, steps, skipped)
            if event:
                chunk.add_event(event)
            chunk.add_bytes(len(data))
            chunk.add_cursor(Cursor(file.path, identity, changed, state))
            if chunk.is_full():
                yield chunk.take()


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
