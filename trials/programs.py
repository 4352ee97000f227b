"""Running `tokentally` commands as processes of their own, to be ended or killed at any moment."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from backend.tests.engines.plain import address

ROOT = Path(__file__).parents[1]
COMMAND = Path(sys.executable).with_name("tokentally")
API_ALONE = ("-m", "uvicorn", "--factory", "tokentally.api.server:create_backend")
READY = "Tokentally is ready at "
PATIENCE_SECONDS = 60


class Program:
    """A running command whose output goes to a file; `wait` gives its exit status."""

    def __init__(
        self, pid: int, output: Path, wait: Callable[[], int], *, ready: str = READY
    ) -> None:
        self.pid = pid
        self.output = output
        self._wait = wait
        self._ready = ready
        self._ended: int | None = None

    def url(self) -> str:
        """The address of a server, as soon as it answers."""
        until(lambda: self._ready in self.said() or not self.runs(), "no server")
        assert self._ready in self.said(), self.said()
        return self.said().split(self._ready, 1)[1].split()[0]

    def runs(self) -> bool:
        """Whether the process has not ended."""
        return self._ended is None and is_running(self.pid)

    def said(self) -> str:
        """What the command has printed so far."""
        return self.output.read_text(errors="replace")

    def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is tidied up."""
        self.end(signal.SIGKILL)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; the exit status, negative if a signal was it."""
        if self._ended is None:
            os.kill(self.pid, number)
        return self.wait()

    def wait(self) -> int:
        """Wait until the command has ended; its exit status."""
        if self._ended is None:
            self._ended = self._wait()
        return self._ended


def environment(database: Path | str, **settings: object) -> dict[str, str]:
    """The environment in which a command uses `database` (a file or an address) and `settings`.

    Settings are named in lower case.
    """
    given = {"database_url": address(database), **settings}
    named = {f"TOKENTALLY_{name.upper()}": str(value) for name, value in given.items()}
    return _whole_lines() | named


def launch(args: Sequence[str], env: Mapping[str, str], output: Path) -> Program:
    """Start the installed command."""
    with output.open("wb") as out:
        process = subprocess.Popen(
            [COMMAND, *args], env=dict(env), stdout=out, stderr=out, stdin=subprocess.DEVNULL
        )
    return Program(process.pid, output, process.wait)


def launch_api(workers: int, env: Mapping[str, str], output: Path) -> Program:
    """Start processes that serve the API on one port, without jobs."""
    args = [*API_ALONE, "--workers", str(workers), "--port", "0", "--no-access-log"]
    with output.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, *args],
            env=dict(env),
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
        )
    return Program(process.pid, output, process.wait, ready="Uvicorn running on ")


class Zygote:
    """Starts commands by forking a process that has everything imported: no start-up time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "trials.zygote"],
            cwd=ROOT,
            env=_whole_lines(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def launch(self, args: Sequence[str], env: Mapping[str, str], output: Path) -> Program:
        """Start a command as `launch` does."""
        output.touch()
        order: dict[str, object] = {"args": list(args), "env": dict(env), "output": str(output)}
        pid = self._ask(order)
        return Program(pid, output, lambda: self._ask({"wait": pid}))

    def _ask(self, order: dict[str, object]) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


def _whole_lines() -> dict[str, str]:
    """The environment, without the wish that lines be written in pieces: logs come between."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}


def is_running(pid: int) -> bool:
    """Whether there is such a process, and it has not ended."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def until(condition: Callable[[], object], failure: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Poll until `condition` holds; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, failure
        time.sleep(0.005)
