"""Reads the lines of a log in windows, so that memory doesn't grow with the file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

import zstandard

from tokentally.sources.files import HEAD, LogFile, identity, start_offset
from tokentally.sources.json_lines import is_whole
from tokentally.sources.reading import Cursor, Skipped

WINDOW = 1 << 19
# No model call fills such a line; what does (a pasted film) carries no usage.
LONGEST_LINE = 32 << 20
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Window(NamedTuple):
    """Lines without their newlines; `start` and `end` are byte offsets in the file.

    An unfinished last line comes in a window of its own with `end == start`: it is used if it is
    whole (not every writer ends its file with a newline), but the cursor stays before it.
    """

    start: int
    lines: list[bytes]
    end: int

    @property
    def is_unfinished(self) -> bool:
        """Say whether this is a last line without its newline."""
        return self.end == self.start

    def offsets(self) -> list[int]:
        """Return the byte offset of every line."""
        return [*accumulate((len(line) + 1 for line in self.lines), initial=self.start)]


@dataclass
class OpenLog:
    """A file that is being read.

    `offset` is the byte after the last line given out, `seen` the byte after the last one read:
    more than that if a line without its newline is at the end.
    """

    file: LogFile
    handle: BinaryIO
    descriptor: int
    head: bytes
    offset: int
    seen: int = 0

    def cursor(self, state: bytes) -> Cursor:
        """Return the cursor that goes on after the last line given out."""
        seen = max(self.seen, self.offset)
        modified = os.fstat(self.descriptor).st_mtime_ns  # it may have grown since it was listed
        mark = identity(self.file, self.head, self.offset, seen, modified)
        return Cursor(self.file.path, mark, self.offset, state)

    def windows(self, skipped: Skipped) -> Iterator[Window]:
        """Yield the lines that are left; a file that fails on the way is reported, and ends."""
        try:
            for window in _windows(self.handle, self.offset, skipped):
                self.offset = window.end
                self.seen = window.end + (len(window.lines[0]) if window.is_unfinished else 0)
                if window.is_unfinished and not is_whole(window.lines[0]):
                    skipped.line("unfinished last line")
                yield window
        except OSError as error:
            skipped.file(self.file.path, "unreadable file", error.strerror or "")
        except zstandard.ZstdError as error:
            skipped.file(self.file.path, "damaged compressed file", str(error))


@contextmanager
def open_log(file: LogFile, cursor: Cursor | None) -> Iterator[OpenLog]:
    """Open a log where its cursor left it; of a compressed one, from the decompressed start."""
    with Path(file.path).open("rb", buffering=0) as raw:
        if file.is_compressed:
            decompressor = zstandard.ZstdDecompressor()
            lines = decompressor.stream_reader(raw, read_across_frames=True, closefd=False)
            yield OpenLog(file, cast(BinaryIO, lines), raw.fileno(), b"", 0)
        else:
            head = raw.read(HEAD)
            offset = start_offset(file, head, cursor)
            raw.seek(offset)
            yield OpenLog(file, cast(BinaryIO, raw), raw.fileno(), head, offset)


def _windows(handle: BinaryIO, offset: int, skipped: Skipped) -> Iterator[Window]:
    rest: list[bytes] = []
    start = end = offset
    while block := handle.read(WINDOW):
        end += len(block)
        cut = block.rfind(b"\n") + 1
        if cut:
            data = b"".join((*rest, block[: cut - 1]))
            rest = [block[cut:]]
            yield Window(start, _without_mark(start, data).split(b"\n"), end - len(block) + cut)
            start = end - len(block) + cut
        else:
            rest.append(block)
        if end - start > LONGEST_LINE:
            skipped.line("line too long")
            rest, start = [], end
            yield Window(end, [b""], end)
    tail = b"".join(rest)
    if tail:
        yield Window(start, [_without_mark(start, tail)], start)


def _without_mark(start: int, data: bytes) -> bytes:
    return data if start else data.removeprefix(BYTE_ORDER_MARK)
