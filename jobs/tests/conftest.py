"""The `tokentally` command as a test runs it: in a folder of its own, on its own database."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from backend.tests.exactness.handle import Handle

from tokentally.clock import utc_now
from tokentally_jobs import cli


class Said(NamedTuple):
    """What a command left: its exit status and what it printed."""

    status: int
    out: str
    err: str


Run = Callable[..., Said]
Send = Callable[..., list[str]]
Logs = Callable[..., Path]


@pytest.fixture
def tokentally(
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Run a command in this process, on this test's database unless `settings` name another."""
    monkeypatch.chdir(tmp_path)

    def run(*args: str | Path, **settings: str) -> Said:
        given = {"database_url": database_url, **settings}
        with monkeypatch.context() as patch:
            for name, value in given.items():
                patch.setenv(f"TOKENTALLY_{name.upper()}", value)
            patch.setattr(sys, "argv", ["tokentally", *map(str, args)])
            capsys.readouterr()
            with pytest.raises(SystemExit) as ended:
                cli.main()
        out, err = capsys.readouterr()
        return Said(int(ended.value.code or 0), out, err)

    return run


@pytest.fixture
def send(database_url: str) -> Send:
    """Deliver events to this test's database; one outcome for each."""

    def deliver(*events: dict[str, Any]) -> list[str]:
        handle = Handle(database_url, utc_now)
        try:
            return handle.send(events)
        finally:
            handle.close()

    return deliver


@pytest.fixture
def logs(tmp_path: Path) -> Logs:
    """Write a log below the test's folder: objects as JSON lines, bytes as they are."""

    def write(name: str, *lines: object, mode: str = "wb") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open(mode) as file:
            for line in lines:
                file.write(line if isinstance(line, bytes) else msgspec.json.encode(line) + b"\n")
        return path

    return write
