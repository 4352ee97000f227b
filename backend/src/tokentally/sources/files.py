"""Finds log files and tells, from their metadata alone, which have something new."""

import os
import stat
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tokentally.sources.reading import Cursor, Skipped

HEAD = 1024


class LogFile(NamedTuple):
    """A regular file as the directory lists it; `size` in bytes."""

    path: str
    inode: int
    size: int
    modified: int

    @property
    def name(self) -> str:
        """The base name, the same wherever the file is moved."""
        return self.path.rsplit(os.sep, 1)[-1]

    @property
    def is_compressed(self) -> bool:
        """Say whether the lines are inside a zstd frame."""
        return self.path.endswith(".zst")


def is_there(root: Path) -> bool:
    """Say whether a file or folder is there, and in a folder that may be looked into."""
    try:
        return root.exists()
    except PermissionError:
        return False


def list_logs(roots: Sequence[Path], endings: tuple[str, ...], skipped: Skipped) -> list[LogFile]:
    """Return the files below `roots` (a root may be a file) whose names end so, by path.

    Roots that don't exist are passed over; other things that bear such a name are reported.
    """
    found: dict[str, LogFile] = {}
    for root in roots:
        for path, name in _paths(root, skipped):
            if name.endswith(endings) and path not in found:
                log = _log_file(path, skipped)
                if log is not None:
                    found[path] = log
    return [found[path] for path in sorted(found)]


def _paths(root: Path, skipped: Skipped) -> Iterator[tuple[str, str]]:
    """Every path below, folders too: one that is named like a log shall be reported."""
    try:
        kind = stat.S_IFMT(root.stat().st_mode)
    except PermissionError as error:
        skipped.file(str(root), "unreadable folder", error.strerror or "")
        return
    except OSError:
        return  # it is not there
    if kind == stat.S_IFREG:
        yield str(root), root.name
        return
    if kind != stat.S_IFDIR:
        skipped.file(str(root), "not a regular file")
        return

    def report(error: OSError) -> None:
        skipped.file(str(error.filename), "unreadable folder", error.strerror or "")

    # Resolved, so that a root that is a link to another root gives the same paths.
    for folder, folders, names in os.walk(root.resolve(), onerror=report):
        for name in (*folders, *names):
            yield folder + os.sep + name, name


def _log_file(path: str, skipped: Skipped) -> LogFile | None:
    if not path.isprintable() and _is_undecodable(path):
        skipped.file(ascii(path), "file name is not UTF-8")
        return None
    try:
        status = Path(path).stat()
    except OSError as error:
        skipped.file(path, "unreadable file", error.strerror or "")
        return None
    if not stat.S_ISREG(status.st_mode):
        # Opening a pipe would wait for a writer.
        skipped.file(path, "not a regular file")
        return None
    return LogFile(path, status.st_ino, status.st_size, status.st_mtime_ns)


def _is_undecodable(path: str) -> bool:
    """Say whether the path has bytes that no database takes as text."""
    return any("\udc80" <= letter <= "\udcff" for letter in path)


def has_news(file: LogFile, cursor: Cursor | None) -> bool:
    """Say whether the file must be opened; nothing but the listing is looked at."""
    if cursor is None:
        return True
    if file.is_compressed:
        return is_changed(file, cursor)
    return not (cursor.identity.startswith(f"{file.inode}:") and _is_as_seen(file, cursor))


def is_changed(file: LogFile, cursor: Cursor | None) -> bool:
    """Say whether a file that is written anew, and not added to, must be read (again)."""
    return cursor is None or cursor.identity != _version(file)


def whole_cursor(file: LogFile, state: bytes = b"") -> Cursor:
    """Return the cursor of such a file once it was read, as it was when it was listed."""
    return Cursor(file.path, _version(file), 0, state)


def _version(file: LogFile) -> str:
    """Return what changes with every writing, the time of it too: the size may stay the same."""
    return f"{file.inode}:{file.size}:{file.modified}"


def identity(file: LogFile, head: bytes, offset: int, seen: int, modified: int) -> str:
    """Return what tells this file from another one that takes its path later.

    A compressed rollout is written once, so any change means read it again. A plain one grows:
    its inode and the beginning of what was read must stay (an inode alone is used again). Last
    come the size that was seen, which is more than the offset if the last line has no end yet, and
    the time of the last writing by then.
    """
    if file.is_compressed:
        return _version(file)
    return f"{file.inode}:{zlib.crc32(head[:offset])}:{seen}:{modified}"


def start_offset(file: LogFile, head: bytes, cursor: Cursor | None) -> int:
    """Return where to go on: after the last line read, or 0 if it is another or a cut file.

    One that was written to and has the same size was written anew, at least in parts.
    """
    if cursor is None or file.is_compressed or file.size < cursor.offset:
        return 0
    known, size, _ = cursor.identity.rsplit(":", 2)
    same = known == f"{file.inode}:{zlib.crc32(head[: cursor.offset])}"
    written_anew = size == str(file.size) and not _is_as_seen(file, cursor)
    return cursor.offset if same and not written_anew else 0


def _is_as_seen(file: LogFile, cursor: Cursor) -> bool:
    return cursor.identity.endswith(f":{file.size}:{file.modified}")
