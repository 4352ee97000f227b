"""The server: the API with the scheduler beside it, in one process."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from apscheduler.schedulers.background import BackgroundScheduler

from tokentally.api.backend import Backend
from tokentally.api.server import create_backend
from tokentally.auth.loopback import is_loopback
from tokentally_jobs.fold import fold_pending
from tokentally_jobs.scheduler import start_scheduler

GRACE_SECONDS = 10


class NotLoopback(ValueError):
    """A server without sign-in was asked to listen to other machines."""


def serve(backend: Backend, announce: Callable[[str], None]) -> None:
    """Serve until a signal ends it; `announce` is told the URL once requests are answered."""
    settings = backend.settings
    if not is_loopback(settings.host):
        raise NotLoopback(
            f"HOST {settings.host} is reachable from other machines, and AUTH=local has no sign-in;"
            " use 127.0.0.1"
        )
    config = uvicorn.Config(
        create_backend(backend),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    with running_scheduler(backend):
        _AnnouncingServer(config, announce).run()
    fold_pending(backend)


@contextmanager
def running_scheduler(backend: Backend) -> Iterator[BackgroundScheduler]:
    """The scheduler, shut down at the end after the running jobs are done."""
    scheduler = start_scheduler(backend)
    try:
        yield scheduler
    finally:
        scheduler.shutdown(wait=True)


class _AnnouncingServer(uvicorn.Server):
    """A server that tells its URL once it listens."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[str], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            self._announce(f"http://{shown}:{port}")
