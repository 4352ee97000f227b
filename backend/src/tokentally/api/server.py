"""The application: routes, guards and error forms put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from tokentally.api import events, tokens
from tokentally.api.backend import Backend, open_backend
from tokentally.api.description import described
from tokentally.api.errors import handle_errors, render
from tokentally.api.page import built_page, serve_page
from tokentally.auth.loopback import why_refused
from tokentally.config import Settings

DESCRIPTION = (
    "Token events in, exact usage and cost out. Every count includes all that was acknowledged."
)


class LoopbackOnly:
    """ASGI middleware that refuses requests which are not for this machine."""

    def __init__(self, app: ASGIApp, listens_on: str) -> None:
        self.app = app
        self.listens_on = listens_on

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        why = None
        if scope["type"] == "http":
            why = why_refused(Headers(scope=scope), self.listens_on)
        answer = self.app if why is None else render(scope["path"], 403, why)
        await answer(scope, receive, send)


def create_backend(backend: Backend | None = None) -> FastAPI:
    """The app on `backend`, or on one of its own from the environment, closed at shutdown."""
    own = backend or open_backend(Settings())

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
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
    app.openapi = partial(described, app)  # type: ignore[method-assign]
    app.include_router(events.router)  # first: routes are tried in their order
    app.include_router(tokens.router)
    serve_page(app, built_page())
    handle_errors(app)
    app.add_middleware(LoopbackOnly, listens_on=own.settings.host)
    return app
