"""PostgreSQL's programs as they are installed on this machine, and the user they run as."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

INSTALL_HINT = "PostgreSQL's server is not on this machine (Debian: apt-get install postgresql)"
_SYSTEM_USER = "postgres"
_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
_PROGRAMS = ("initdb", "postgres", "pg_dump", "pg_restore")


def programs_folder() -> Path | None:
    """Where PostgreSQL's programs are, the newest version's; None if they are nowhere."""
    folders = [path for place in _PLACES for path in Path("/").glob(place[1:])]
    if found := shutil.which("initdb"):
        folders.append(Path(found).resolve().parent)
    having = [path for path in folders if all((path / name).exists() for name in _PROGRAMS)]
    return max(having, key=_version, default=None)


def as_system_user() -> dict[str, Any]:
    """PostgreSQL refuses to run as root; then it runs as the user that packages make for it."""
    user = _SYSTEM_USER
    return {"user": user, "group": user, "extra_groups": []} if os.getuid() == 0 else {}


def give_to_server(folder: Path) -> None:
    """Let the server's user write into a folder."""
    if os.getuid() == 0:
        shutil.chown(folder, _SYSTEM_USER)


@contextmanager
def server_folder() -> Iterator[Path]:
    """A temporary folder that the server's user may enter."""
    with tempfile.TemporaryDirectory(prefix="tokentally-") as name:
        give_to_server(Path(name))
        yield Path(name)


def _version(programs: Path) -> list[int]:
    digits = "".join(char if char.isdigit() else " " for char in str(programs))
    return [int(number) for number in digits.split()]
