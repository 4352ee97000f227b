"""Disks that are full until there is room again."""

import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

MIB = 2**20


class Space(NamedTuple):
    """Takes all room that is left, and gives it back."""

    fill: Callable[[], None]
    free: Callable[[], None]


def limited_files(pid: int, database: Path) -> Space:
    """No file of the process may grow further than the database and its log have."""

    def limit() -> None:
        files = database.parent.glob(f"{database.name}*")
        _limit(pid, max(file.stat().st_size for file in files))

    return Space(limit, lambda: _limit(pid, resource.RLIM_INFINITY))


def stopped_files(pid: int) -> Space:
    """No file of the process may be written past its first page."""
    return Space(lambda: _limit(pid, 4096), lambda: _limit(pid, resource.RLIM_INFINITY))


def _limit(pid: int, size: int) -> None:
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@contextmanager
def small_disk(folder: Path, size_mib: int) -> Iterator[Space]:
    """A file system of its own in `folder`; only root may mount one."""
    folder.mkdir(exist_ok=True)
    owner = folder.stat()
    options = f"size={size_mib}m,mode=0700,uid={owner.st_uid},gid={owner.st_gid}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)
    ballast = folder / "ballast"
    try:
        yield Space(lambda: _fill(ballast), ballast.unlink)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def _fill(ballast: Path) -> None:
    """Write until nothing more goes in, in ever smaller pieces."""
    with ballast.open("ab", buffering=0) as file:
        piece = MIB
        while piece:
            try:
                file.write(bytes(piece))
            except OSError:
                piece //= 4


def may_mount() -> bool:
    """Whether this process may mount file systems."""
    if os.getuid() or not shutil.which("unshare"):
        return False
    tried = subprocess.run(
        ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True
    )
    return tried.returncode == 0
