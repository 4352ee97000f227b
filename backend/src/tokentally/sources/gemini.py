"""Reads the chat recordings of Gemini CLI: one event per answer of the model."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tokentally.sources.chunks import ChunkInProgress
from tokentally.sources.files import LogFile, has_news, is_changed, list_logs, whole_cursor
from tokentally.sources.gemini_records import events_in
from tokentally.sources.reading import Chunk, Cursor, Skipped
from tokentally.sources.windows import open_log

ENDINGS = (".json", ".jsonl")
CHATS = "chats"
LARGEST = 256 << 20
"""Bytes of a recording that is one JSON value: it is held in memory as a whole."""


def read_gemini(
    roots: Sequence[Path], cursors: Mapping[str, Cursor], skipped: Skipped
) -> Iterator[Chunk]:
    """Yield the answers in the recordings below `roots` that are new since `cursors`.

    Older versions write a recording anew with every message, newer ones add lines to it; a resumed
    chat repeats what was said before. An answer keeps its id throughout.
    """
    chunk = ChunkInProgress()
    for file in chat_files(roots, skipped):
        cursor = cursors.get(file.path)
        grows = file.name.endswith(".jsonl")
        if not (has_news if grows else is_changed)(file, cursor):
            continue
        read = _read_lines if grows else _read_whole
        try:
            yield from read(file, cursor, chunk, skipped)
        except OSError as error:
            skipped.file(file.path, "unreadable file", error.strerror or "")
    if not chunk.is_empty():
        yield chunk.take()


def chat_files(roots: Sequence[Path], skipped: Skipped) -> list[LogFile]:
    """The recordings below `roots`, those of sub-agents too; a root may be a recording itself."""
    named = {str(root) for root in roots}
    return [
        file
        for file in list_logs(roots, ENDINGS, skipped)
        if CHATS in Path(file.path).parts or file.path in named
    ]


def _read_lines(
    file: LogFile, cursor: Cursor | None, chunk: ChunkInProgress, skipped: Skipped
) -> Iterator[Chunk]:
    with open_log(file, cursor) as log:
        for window in log.windows(skipped):
            # The rest of an unfinished line is still to come; until then it is no fault.
            reported = Skipped() if window.is_unfinished else skipped
            for line in window.lines:
                for event in events_in(line, reported):
                    chunk.add_event(event)
            chunk.add_bytes(window.end - window.start)
            if chunk.is_full():
                chunk.add_cursor(log.cursor(b""))
                yield chunk.take()
        chunk.add_cursor(log.cursor(b""))


def _read_whole(
    file: LogFile, _cursor: Cursor | None, chunk: ChunkInProgress, skipped: Skipped
) -> Iterator[Chunk]:
    if file.size > LARGEST:
        skipped.file(file.path, "file too large")
        return
    with open_log(file, None) as log:
        data = log.handle.read()
        for event in events_in(data, skipped):
            chunk.add_event(event)
        chunk.add_bytes(len(data))
        chunk.add_cursor(whole_cursor(file))
    if chunk.is_full():
        yield chunk.take()
