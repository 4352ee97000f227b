"""Servers that count the metrics of some sources, and one that real exporters can reach."""

from collections.abc import Iterator

import pytest
from backend.tests.factories import SettableClock
from backend.tests.telemetry.listening import listening
from fastapi import Response
from fastapi.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tokentally.api.backend import open_backend
from tokentally.api.server import create_backend
from tokentally.config import Settings


class Impatient:
    """An application whose answers to the next `lost` export requests are lost: 503 is answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.lost = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or not self.lost:
            return await self._app(scope, receive, send)
        self.lost -= 1

        async def drop(_message: Message) -> None:
            pass

        await self._app(scope, receive, drop)
        return await Response(status_code=503)(scope, receive, send)


@pytest.fixture
def metered(settings: Settings, clock: SettableClock) -> Iterator[TestClient]:
    """A client of a server that counts the metrics of `claude` and `kettle-shop`."""
    backend = open_backend(counting(settings, "claude", "kettle-shop"), clock)
    with TestClient(create_backend(backend), base_url="http://localhost") as client:
        yield client
    backend.close()


def counting(settings: Settings, *sources: str) -> Settings:
    """The settings of a server that counts the metrics of `sources`."""
    return settings.model_copy(update={"otlp_metrics_sources": sources})


@pytest.fixture
def listed(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """The sources of which `impatient` counts the metrics."""
    return getattr(request, "param", ())


@pytest.fixture
def impatient(settings: Settings, listed: tuple[str, ...]) -> Iterator[Impatient]:
    """A server that stores what it is sent, and can lose its answers."""
    backend = open_backend(counting(settings, *listed))
    yield Impatient(create_backend(backend))
    backend.close()


@pytest.fixture
def address(impatient: Impatient) -> Iterator[str]:
    """Where that server listens."""
    with listening(impatient) as address:
        yield address
