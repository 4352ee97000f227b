"""Reads files with one event per line, as `POST /v1/events` takes them."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from tokentally.models.event import SentEvent
from tokentally.sources.chunks import ChunkInProgress
from tokentally.sources.files import has_news, list_logs
from tokentally.sources.json_lines import NOT_DECODED, decoded, fault_of
from tokentally.sources.reading import Chunk, Cursor, Skipped
from tokentally.sources.windows import open_log

_event = msgspec.json.Decoder(SentEvent)


def read_jsonl(path: Path, cursors: Mapping[str, Cursor], skipped: Skipped) -> Iterator[Chunk]:
    """Yield the events in a file (also `.zst`) that are new since `cursors`, as they are written.

    Raises FileNotFoundError if there is no such file.
    """
    path = path.resolve(strict=True)
    chunk = ChunkInProgress()
    for file in list_logs([path], ("",), skipped):
        cursor = cursors.get(file.path)
        if not has_news(file, cursor):
            continue
        with open_log(file, cursor) as log:
            for window in log.windows(skipped):
                reported = Skipped() if window.is_unfinished else skipped
                for line in window.lines:
                    event = _decode(line, reported)
                    if event is not None:
                        chunk.add_as_sent(event)
                chunk.add_bytes(window.end - window.start)
                if chunk.is_full():
                    chunk.add_cursor(log.cursor(b""))
                    yield chunk.take()
            chunk.add_cursor(log.cursor(b""))
    if not chunk.is_empty():
        yield chunk.take()


def _decode(line: bytes, skipped: Skipped) -> SentEvent | None:
    try:
        return decoded(_event.decode, line)
    except NOT_DECODED as error:
        reason = fault_of(line, error)
        if reason is not None:
            skipped.line(reason)
        return None
