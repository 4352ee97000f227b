"""The server: the API with the scheduler beside it, in one process."""

import os
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn

from tokentally.api.backend import Backend
from tokentally.api.server import create_backend
from tokentally.auth.loopback import is_loopback
from tokentally.config import Settings
from tokentally.store.api_keys import have_keys
from tokentally_jobs.ending import end_at_once
from tokentally_jobs.fold import fold_pending
from tokentally_jobs.scheduler import running_scheduler
from tokentally_jobs.terminal import fail, remark

GRACE_SECONDS = 10


def refuse_public_address(settings: Settings) -> None:
    """End the command if a server without sign-in would listen to other machines."""
    if settings.auth == "local" and not is_loopback(settings.host):
        fail(
            f"HOST {settings.host} is reachable from other machines, and AUTH=local has no "
            "sign-in; use 127.0.0.1, or TOKENTALLY_AUTH=token (see docs/access.md)",
            2,
        )


def hint_at_sign_in(backend: Backend) -> None:
    """Say how the first admin is made, as long as nobody could sign in."""
    settings = backend.settings
    if settings.auth == "local" or settings.jwt_secret or settings.jwks_url:
        return
    with backend.database.readers.connect() as connection:
        if have_keys(connection):
            return
    remark(
        "nobody can sign in yet: `tokentally users add NAME --admin`, then "
        "`tokentally keys create --user NAME --scope admin`"
    )


def serve(backend: Backend, listener: socket.socket, announce: Callable[[str], None]) -> None:
    """Serve until a signal ends it; `announce` is told the URL once requests are answered."""
    config = uvicorn.Config(
        create_backend(backend),
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    end_at_once()  # until the server takes signals, and after it ended
    with running_scheduler(backend):
        _Server(config, announce).run(sockets=[listener])
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


class _Server(uvicorn.Server):
    """A server that tells its URL once it listens, and ends in good order only once."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[str], None]) -> None:
        super().__init__(config)
        self._announce = announce

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """The first signal; uvicorn would raise it again in the end, and so skip the last fold."""
        end_at_once()
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            self._announce(f"http://{shown}:{port}")
