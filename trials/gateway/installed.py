"""A LiteLLM proxy from its own package, in a virtual environment of its own that is kept."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

VERSION = "1.106.2"
"""The version that docs/sources/litellm.md speaks of."""


class NotInstalled(RuntimeError):
    """LiteLLM is not on this machine and could not be fetched; says why."""


def litellm_command() -> Path:
    """The `litellm` command; installs it (600 MB) where it is missing. Raises `NotInstalled`."""
    folder = _cache() / f"litellm-{VERSION}-{sys.version_info.major}.{sys.version_info.minor}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        whole = folder / "whole"
        if not whole.exists():
            _install(folder)
            whole.touch()
    return folder / "bin" / "litellm"


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "tokentally"


def _install(folder: Path) -> None:
    uv = Path(sys.executable).with_name("uv")
    package = f"litellm[proxy]=={VERSION}"
    make = ["venv", "--clear", "--python", sys.executable, str(folder)]
    fill = ["pip", "install", "--compile-bytecode", "--python", str(folder), package]
    for args in (make, fill):
        done = subprocess.run([uv, "--quiet", *args], capture_output=True, text=True)
        if done.returncode:
            raise NotInstalled(f"{package} can't be installed: {done.stderr.strip()[-500:]}")
