"""Streams of changes that are open when the server is to end."""

import socket
from functools import partial
from pathlib import Path
from signal import SIGTERM
from time import monotonic
from urllib.parse import urlsplit

import httpx
import pytest
from backend.tests.engines.plain import rows
from jobs.tests.usage_rows import march
from trials.programs import Zygote, environment, launch_api

NEVER = 3_600
STORED = "SELECT count(*), sum(input_tokens) FROM token_event"


class Streams:
    """Clients that listen for changes, each on a connection of its own, until the server ends."""

    def __init__(self, url: str, how_many: int) -> None:
        address = urlsplit(url)
        request = f"GET /v1/stream HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n"
        self._sockets = []
        for _ in range(how_many):
            opened = socket.create_connection((address.hostname, address.port), timeout=60)
            opened.sendall(request.encode())
            self._sockets.append(opened)

    def all_hear(self, what: bytes) -> bool:
        """Whether what each of them hears next holds `what`."""
        return all(what in self._next(each, what) for each in self._sockets)

    def rest(self) -> list[bytes]:
        """What each of them hears until the server closes its connection."""
        said = []
        for each in self._sockets:
            with each:
                said.append(b"".join(iter(partial(each.recv, 65_536), b"")))
        return said

    def _next(self, opened: socket.socket, what: bytes) -> bytes:
        said = b""
        while what not in said and (more := opened.recv(65_536)):
            said += more
        return said


@pytest.mark.parametrize("alone", [False, True])
def test_open_streams_hold_up_nothing(
    zygote: Zygote, database_path: Path, tmp_path: Path, alone: bool
) -> None:
    env = environment(database_path, fold_interval_seconds=NEVER, log_format="json")
    log = tmp_path / "log"
    program = (
        launch_api(1, env, log) if alone else zygote.launch(["serve", "--port", "0"], env, log)
    )
    url = program.url()
    streams = Streams(url, 20)
    assert streams.all_hear(b'"version":0')
    httpx.post(f"{url}/v1/events", json=[march(2)], trust_env=False)
    assert streams.all_hear(b'"version":')

    started = monotonic()
    status = program.end()
    took = monotonic() - started

    assert [said[-5:] for said in streams.rest()] == [b"0\r\n\r\n"] * 20  # whole, not cut off
    assert status == (-SIGTERM if alone else 0)
    assert took < 3, program.said()
    assert "Traceback" not in program.said()
    assert rows(database_path, STORED) == [(1, 100)]
