"""Copying a SQLite database while it is served: all of one moment, whole or not at all."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from tokentally_jobs.terminal import fail

PATIENCE_SECONDS = 30


def back_up(database_url: str, copy: Path) -> int:
    """Copy the database to a new file and return its size in bytes; the schema stays as it is.

    One read transaction: whoever writes meanwhile waits for nothing. What can't be done ends the
    command.
    """
    source = _file_of(database_url)
    if copy.exists():
        fail(f"{copy} exists already; a backup never overwrites a file", 2)
    part = copy.with_name(f"{copy.name}.part")
    try:
        _copy(source, part)
        part.rename(copy)
    except (OSError, sqlite3.Error) as error:
        part.unlink(missing_ok=True)
        fail(f"{source} can't be copied to {copy}: {error}")
    return copy.stat().st_size


def _copy(source: Path, part: Path) -> None:
    part.unlink(missing_ok=True)
    address = f"file:{quote(str(source))}?mode=rw"
    with (
        closing(sqlite3.connect(address, uri=True, timeout=PATIENCE_SECONDS)) as served,
        closing(sqlite3.connect(part)) as copied,
    ):
        served.backup(copied)
    with part.open("rb") as file:
        os.fsync(file.fileno())


def _file_of(database_url: str) -> Path:
    try:
        url = make_url(database_url)
    except ArgumentError:
        fail(f"TOKENTALLY_DATABASE_URL {database_url!r} is no database address", 2)
    if url.get_backend_name() != "sqlite" or not url.database:
        fail(f"{url.get_backend_name()} is backed up by its own tools; see docs/backup.md", 2)
    source = Path(url.database).expanduser().absolute()
    if not source.exists():
        fail(f"there is no database {source}", 2)
    return source
