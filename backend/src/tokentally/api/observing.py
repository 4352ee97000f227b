"""What is noted of every request: its id, how long it took, and a line in the log."""

import logging
from asyncio import CancelledError
from collections.abc import Awaitable
from time import perf_counter
from urllib.parse import quote

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tokentally.api.errors import answer, render
from tokentally.api.request_ids import HEADER, id_sent, new_ids, request_id
from tokentally.api.request_metrics import RequestMetrics, route_of

MAX_PATH_LOGGED = 500

log = logging.getLogger("tokentally.access")


class Observed:
    """ASGI middleware around all others: what they refuse or fail to handle is noted as well."""

    def __init__(self, app: ASGIApp, metrics: RequestMetrics) -> None:
        self.app = app
        self.metrics = metrics
        self.new_id = new_ids()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        identity = id_sent(scope["headers"]) or self.new_id()
        request_id.set(identity)
        status = 0

        def sent(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                nonlocal status
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (HEADER, identity)]
            return send(message)

        self.metrics.in_progress += 1
        started = perf_counter()
        try:
            await self.app(scope, receive, sent)
        except CancelledError:
            if status:
                raise
            ended = render(scope, 503, "the server is shutting down")
            await ended(scope, receive, sent)  # what was queued may be stored all the same
        except Exception as error:
            if status:  # too late for another answer
                raise
            await (await answer(Request(scope), error))(scope, receive, sent)
        finally:
            seconds = perf_counter() - started
            self.metrics.in_progress -= 1
            self.metrics.observe(scope, status, seconds)
            if log.isEnabledFor(logging.INFO):
                _log_access(scope, status, seconds)


def _log_access(scope: Scope, status: int, seconds: float) -> None:
    noted = {
        "method": scope["method"],
        "path": quote(scope["path"][:MAX_PATH_LOGGED], errors="replace"),
        "route": route_of(scope),
        "status": status,
        "duration_ms": round(seconds * 1_000, 1),
    }
    line = "%(method)s %(path)s %(status)s %(duration_ms)s ms, route %(route)s"
    log.info(line, noted, extra={"fields": noted})
