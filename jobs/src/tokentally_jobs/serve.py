"""The server: the API with the scheduler beside it, in one process."""

import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from tokentally.api.backend import Backend
from tokentally.api.server import create_backend
from tokentally.auth.loopback import is_loopback
from tokentally.config import Settings
from tokentally_jobs.fold import fold_pending
from tokentally_jobs.scheduler import running_scheduler
from tokentally_jobs.terminal import fail

GRACE_SECONDS = 10


def refuse_public_address(settings: Settings) -> None:
    """End the command if a server without sign-in would listen to other machines."""
    if not is_loopback(settings.host):
        fail(
            f"HOST {settings.host} is reachable from other machines, and AUTH=local has no "
            "sign-in; use 127.0.0.1",
            2,
        )


def serve(backend: Backend, listener: socket.socket, announce: Callable[[str], None]) -> None:
    """Serve until a signal ends it; `announce` is told the URL once requests are answered."""
    config = uvicorn.Config(
        create_backend(backend),
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    with running_scheduler(backend), _signals_stay_here():
        _AnnouncingServer(config, announce).run(sockets=[listener])
    fold_pending(backend)


def listening(settings: Settings) -> socket.socket:
    """A socket on the host and port of the settings; a port that is taken ends the command."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        why = os.strerror(error.errno or 0)
        fail(
            f"can't listen on {settings.host} port {settings.port}: {why}; "
            "TOKENTALLY_PORT or --port names another"
        )


@contextmanager
def _signals_stay_here() -> Iterator[None]:
    """uvicorn raises the signal that ended it once more; that must not skip what comes after."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda *_: None) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


class _AnnouncingServer(uvicorn.Server):
    """A server that tells its URL once it listens."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[str], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            self._announce(f"http://{shown}:{port}")
