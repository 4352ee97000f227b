"""Other readers of the same logs: ccusage and tokscale, installed by npm for the occasion."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import Figure, median_seconds, seconds

CCUSAGE = "ccusage@20.0.24"
TOKSCALE = "@tokscale/cli-linux-x64-gnu@4.17.0"


def peers(scratch: Path, corpus: Path, size: float, own_seconds: float) -> list[Figure]:
    """How fast they read `corpus` (`size` MB, in the cache), beside our first import of it.

    Neither stores what it reads; none is measured where it can't be installed.
    """
    commands = {
        "ccusage, both reports": _ccusage(scratch / "ccusage", corpus),
        "tokscale, nothing cached": _tokscale(scratch / "tokscale", corpus),
    }
    return [
        Figure(
            f"{name}, the same logs",
            size / took,
            "MB/s",
            "",
            "our first import",
            took / own_seconds,
        )
        for name, took in commands.items()
        if took is not None
    ]


def _ccusage(folder: Path, corpus: Path) -> float | None:
    if not _installed(folder, CCUSAGE):
        return None
    program = folder / "node_modules/.bin/ccusage"
    env = {"CLAUDE_CONFIG_DIR": str(corpus), "CODEX_HOME": str(corpus), "TZ": "UTC"}

    def both() -> None:
        for agent in ("claude", "codex"):
            _run([program, agent, "daily", "--json", "--offline", "-z", "UTC"], env)

    return median_seconds(both, times=3)


def _tokscale(folder: Path, corpus: Path) -> float | None:
    if not _installed(folder, TOKSCALE):
        return None
    [program] = (folder / "node_modules/@tokscale").glob("*/bin/tokscale")
    home = folder / "home"
    home.mkdir()
    (home / ".claude").symlink_to(corpus)
    (home / ".codex").symlink_to(corpus)
    options = ("--home", str(home), "-c", "claude,codex", "--no-spinner")
    command = (str(program), "graph", *options)
    return seconds(lambda: _run(command, {"HOME": str(home)}))


def _installed(folder: Path, package: str) -> bool:
    if not shutil.which("npm"):
        return False
    folder.mkdir()
    command = ["npm", "install", "--prefix", str(folder), "--no-save", "--no-audit", package]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _run(command: Sequence[str | Path], env: dict[str, str]) -> None:
    subprocess.run(
        [str(part) for part in command],
        env={**os.environ, **env},
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
