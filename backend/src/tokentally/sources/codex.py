"""Reads Codex rollouts, plain and compressed: one event per model call."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tokentally.models.event import SentEvent
from tokentally.sources.chunks import ChunkInProgress
from tokentally.sources.codex_calls import take_line
from tokentally.sources.codex_lines import decode_line, may_matter
from tokentally.sources.codex_parents import Parents
from tokentally.sources.codex_session import Session, session_of, state_of
from tokentally.sources.files import LogFile, has_news, list_logs
from tokentally.sources.reading import Chunk, Cursor, Skipped
from tokentally.sources.windows import Window, open_log

ENDINGS = (".jsonl", ".jsonl.zst")


def read_codex(
    roots: Sequence[Path], cursors: Mapping[str, Cursor], skipped: Skipped
) -> Iterator[Chunk]:
    """Yield the model calls in `**/*.jsonl` and `**/*.jsonl.zst` that are new since `cursors`.

    A session keeps its ids when its file is archived or compressed: it is read again and gives
    the same events.
    """
    files = list_logs(roots, ENDINGS, skipped)
    parents = Parents(files)
    chunk = ChunkInProgress()
    for file in files:
        cursor = cursors.get(file.path)
        if not has_news(file, cursor):
            continue
        try:
            yield from _read_file(file, cursor, parents, chunk, skipped)
        except OSError as error:
            skipped.file(file.path, "unreadable file", error.strerror or "")
    if not chunk.is_empty():
        yield chunk.take()


def _read_file(
    file: LogFile, cursor: Cursor | None, parents: Parents, chunk: ChunkInProgress, skipped: Skipped
) -> Iterator[Chunk]:
    if not file.size and cursor is None:
        skipped.file(file.path, "empty file")
    with open_log(file, cursor) as log:
        session = session_of(cursor.state) if cursor and log.offset else Session()
        for window in log.windows(skipped):
            before = state_of(session)
            for event in _events(file, window, session, parents, skipped):
                chunk.add_event(event)
            chunk.add_bytes(window.end - window.start)
            if window.is_unfinished:
                session = session_of(before)  # this line will be read again
            if chunk.is_full():
                chunk.add_cursor(log.cursor(state_of(session)))
                yield chunk.take()
        chunk.add_cursor(log.cursor(state_of(session)))


def _events(
    file: LogFile, window: Window, session: Session, parents: Parents, skipped: Skipped
) -> Iterator[SentEvent]:
    # The rest of an unfinished line is still to come; until then it is no fault.
    reported = Skipped() if window.is_unfinished else skipped
    for data in window.lines:
        if not may_matter(data):
            continue
        line = decode_line(data, reported)
        event = None if line is None else take_line(line, session, file, parents, reported)
        if event is not None:
            yield event
