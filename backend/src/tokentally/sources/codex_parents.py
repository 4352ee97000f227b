"""The cumulative counts of the sessions that others were forked from.

A fork or a sub-agent begins with its parent's history, so its file repeats what the parent's file
has. Whether a vector is a repetition can only be told from the parent's file: it is read (again)
when a fork has something new, and the last few parents are kept while a run lasts.
"""

import re
from collections.abc import Iterable, Iterator

from tokentally.sources.codex_lines import Line, Vector, decode_line, vector_of
from tokentally.sources.files import LogFile
from tokentally.sources.reading import Skipped
from tokentally.sources.windows import open_log

KEPT = 16
_named = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class History:
    """When a session had which cumulative vector first."""

    def __init__(self, first_seen: dict[Vector, str]) -> None:
        self._first_seen = first_seen

    def has(self, vector: Vector, time: str) -> bool:
        """Say whether the session had `vector` by `time`: later ones can't have been replayed."""
        seen = self._first_seen.get(vector)
        return seen is not None and seen <= time

    def greatest_within(self, vector: Vector, time: str) -> Vector | None:
        """Return the greatest vector by `time` that no component of `vector` falls short of."""
        within = (
            own
            for own, seen in self._first_seen.items()
            if seen <= time and all(a <= b for a, b in zip(own, vector, strict=True))
        )
        return max(within, key=lambda own: (own.total, own), default=None)


class Parents:
    """The histories of parents, read when they are first asked for."""

    def __init__(self, files: Iterable[LogFile]) -> None:
        self._files = list(files)
        self._histories: dict[str, History | None] = {}
        self._unnamed: dict[str, LogFile] | None = None

    def history(self, session_id: str) -> History | None:
        """Return a session's history, or None if its file is gone."""
        if session_id not in self._histories:
            if len(self._histories) >= KEPT:
                del self._histories[next(iter(self._histories))]
            file = self._file_of(session_id)
            self._histories[session_id] = History(_first_seen(file)) if file else None
        return self._histories[session_id]

    def _file_of(self, session_id: str) -> LogFile | None:
        for file in self._files:
            if session_id in file.name:
                return file
        if self._unnamed is None:
            unnamed = (file for file in self._files if not _named.search(file.name))
            self._unnamed = {_session_id(file): file for file in unnamed}
        return self._unnamed.get(session_id)


def _session_id(file: LogFile) -> str:
    for line in _lines(file, b'"session_meta"'):
        if line.type == "session_meta" and line.payload and line.payload.id:
            return line.payload.id
    return ""


def _first_seen(file: LogFile) -> dict[Vector, str]:
    first_seen: dict[Vector, str] = {}
    for line in _lines(file, b'"token_'):
        if line.payload is None:
            continue
        info = line.payload.info
        usage = info.total_token_usage if info else line.payload.thread_token_usage
        vector = vector_of(usage, Skipped())
        if vector is not None:
            first_seen.setdefault(vector, line.timestamp or "")
    return first_seen


def _lines(file: LogFile, needle: bytes) -> Iterator[Line]:
    """The lines with `needle`; what is wrong in them is told where the file is read for itself."""
    nobody = Skipped()
    try:
        with open_log(file, None) as log:
            for window in log.windows(nobody):
                decoded = (decode_line(data, nobody) for data in window.lines if needle in data)
                yield from (line for line in decoded if line is not None)
    except OSError:
        return
