"""The application: routes, guards and error forms put together."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from tokentally.api import (
    admin_aliases,
    admin_prices,
    admin_users,
    dashboard_usage,
    events,
    health,
    keys,
    leaderboard,
    litellm,
    me,
    metrics,
    otlp,
    sharing,
    sign_in,
    store_health,
    stream,
    tokens,
    usage_costs,
    vibeusage,
)
from tokentally.api.backend import Backend, open_backend
from tokentally.api.description import described
from tokentally.api.errors import handle_errors, render
from tokentally.api.logs import set_up_logging
from tokentally.api.observing import Observed
from tokentally.api.page import built_page, serve_page
from tokentally.api.watching import Pace, Watch, running_server
from tokentally.auth.loopback import why_foreign, why_refused
from tokentally.auth.sign_in import open_sign_in
from tokentally.config import Settings

DESCRIPTION = (
    "Token events in, exact usage and cost out. Every count includes all that was acknowledged."
    " What is served under `/functions/` is served under `/api/functions/` too."
)
PARTS = (
    events,
    litellm,
    otlp,
    tokens,
    usage_costs,
    sign_in,
    keys,
    me,
    admin_users,
    admin_prices,
    admin_aliases,
    sharing,
    stream,
    store_health,
    health,
    metrics,
)
"""The modules that have routes; these are tried in their order."""
DASHBOARD = (dashboard_usage, leaderboard, vibeusage)
"""The modules of the dashboard's routes: served under two prefixes, described under the first."""


class LoopbackOnly:
    """ASGI middleware that refuses requests which are not for this machine, or of foreign pages."""

    def __init__(self, app: ASGIApp, listens_on: str, trusted: Collection[str]) -> None:
        self.app = app
        self.listens_on = listens_on
        self.trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        why = None
        if scope["type"] == "http":
            client, headers = scope.get("client"), Headers(scope=scope)
            why = why_refused(headers, self.listens_on, client and client[0])
            why = why or why_foreign(scope["method"], headers, self.trusted)
        answer = self.app if why is None else render(scope, 403, why)
        await answer(scope, receive, send)


def create_backend(backend: Backend | None = None) -> FastAPI:
    """The app on `backend`, or on one of its own from the environment, closed at shutdown."""
    own = backend or _own_backend(Settings())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.watch.server = running_server()
        yield
        if backend is None:
            own.close()

    app = FastAPI(
        title="Tokentally",
        version=version("tokentally"),
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.backend = own
    app.state.readiness = health.readiness_probe(own)
    app.state.metrics = metrics.Metrics(own)
    app.state.watch = Watch(own, Pace())
    app.state.sign_in = open_sign_in(own.settings, own.clock, own.database, own.writer)
    app.openapi = partial(described, app)  # type: ignore[method-assign]
    for part in PARTS:
        app.include_router(part.router)
    for part in DASHBOARD:
        app.include_router(part.router, prefix="/functions")
        app.include_router(part.router, prefix="/api/functions", include_in_schema=False)
    serve_page(app, built_page(), own.settings.oidc_issuer)
    handle_errors(app)
    _guard(app, own.settings)
    app.add_middleware(Observed, metrics=app.state.metrics.requests)  # around all others
    return app


def _own_backend(settings: Settings) -> Backend:
    set_up_logging(settings)
    return open_backend(settings)


def _guard(app: FastAPI, settings: Settings) -> None:
    """What stands before every route; the last one added comes first."""
    if settings.auth == "local":
        app.add_middleware(LoopbackOnly, listens_on=settings.host, trusted=settings.cors_origins)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=("GET", "POST", "PATCH", "PUT", "DELETE"),
            allow_headers=("Authorization", "Content-Type", "If-None-Match", "X-Request-ID"),
            expose_headers=("ETag", "X-Request-ID", "X-Tokentally-Rollup", "Retry-After"),
        )
