"""Reads Claude Code transcripts: one event per model call, however often it was written."""

import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path

from tokentally.sources.chunks import ChunkInProgress
from tokentally.sources.claude_calls import call_of, named
from tokentally.sources.claude_identity import (
    Identities,
    Messages,
    messages_of,
    remembered,
)
from tokentally.sources.claude_lines import may_matter
from tokentally.sources.files import LogFile, has_news, list_logs
from tokentally.sources.reading import Chunk, Cursor, Skipped
from tokentally.sources.windows import Window, open_log

HEAD_OF_SIDECHAIN = 16 << 10
_sidechain = re.compile(rb'"isSidechain"\s*:\s*(true|false)')


def read_claude(
    roots: Sequence[Path], cursors: Mapping[str, Cursor], skipped: Skipped
) -> Iterator[Chunk]:
    """Yield the model calls in `**/*.jsonl` that are new since `cursors`.

    `cursors` must hold the cursors of all files ever read, deleted ones too: together they know
    which message was sent under which event id. A call may come again in a later chunk or run,
    with the same id; the store keeps the greater counts and the earlier time.
    """
    listed = list_logs(roots, (".jsonl",), skipped)
    files = [file for file in listed if has_news(file, cursors.get(file.path))]
    if not files:
        return
    known = remembered(cursors.values())
    chunk = ChunkInProgress()
    for file in _main_conversations_first(files):
        try:
            yield from _read_file(file, cursors.get(file.path), known, chunk, skipped)
        except OSError as error:
            skipped.file(file.path, "unreadable file", error.strerror or "")
    if not chunk.is_empty():
        yield chunk.take()


def _main_conversations_first(files: list[LogFile]) -> list[LogFile]:
    """A replay in a side conversation is named after the record in the main one."""
    return sorted(files, key=_is_sidechain)


def _is_sidechain(file: LogFile) -> bool:
    try:
        with Path(file.path).open("rb", buffering=0) as handle:
            found = _sidechain.search(handle.read(HEAD_OF_SIDECHAIN))
    except OSError:
        return False  # reported when the file is read
    return found is not None and found[1] == b"true"


def _read_file(
    file: LogFile, cursor: Cursor | None, known: Messages, chunk: ChunkInProgress, skipped: Skipped
) -> Iterator[Chunk]:
    if not file.size and cursor is None:
        skipped.file(file.path, "empty file")
    # What a rotated file said before stays known: its copies may still be elsewhere.
    identities = Identities(known, messages_of(cursor.state) if cursor else Messages())
    with open_log(file, cursor) as log:
        for window in log.windows(skipped):
            _read_window(file, window, identities, chunk, skipped)
            chunk.add_bytes(window.end - window.start)
            moved = identities.moved_out(file.path)
            if moved is not None:
                chunk.add_cursor(moved)
            if chunk.is_full():
                chunk.add_cursor(log.cursor(identities.state()))
                yield chunk.take()
        chunk.add_cursor(log.cursor(identities.state()))


def _read_window(
    file: LogFile, window: Window, identities: Identities, chunk: ChunkInProgress, skipped: Skipped
) -> None:
    hits = may_matter(window.lines)
    # The rest of an unfinished line is still to come; until then it is no fault.
    reported = Skipped() if window.is_unfinished else skipped
    for index, data in hits:
        call = call_of(data, reported)
        if call is None:
            continue
        if call.message_id:
            event_id = identities.event_id(call)
        else:
            event_id = call.request_id or _line_name(file, window, index)
        for event in named(call, event_id):
            chunk.add_event(event)


def _line_name(file: LogFile, window: Window, index: int) -> str:
    """Lines with neither id are calls of their own, told apart by their place in the file."""
    place = f"{file.name}:{window.offsets()[index]}"
    return blake2b(place.encode(errors="surrogateescape"), digest_size=16).hexdigest()
