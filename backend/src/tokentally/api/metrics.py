"""`GET /metrics`: figures of this process and of the store, for Prometheus."""

from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from tokentally.api.backend import Backend
from tokentally.api.deps import UserDep
from tokentally.api.description import Responses, problems
from tokentally.api.probe import Probe, Unanswered
from tokentally.api.request_metrics import RequestMetrics
from tokentally.api.store_metrics import store_metrics
from tokentally.queries.health import Health, health

PATIENCE_SECONDS = 5.0

_TEXT: Responses = {
    200: {
        "description": "Metrics; as OpenMetrics if the Accept header asks for it.",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    }
}

_ERRORS = problems({503: "Without its database the server can't tell who asks."})

router = APIRouter(tags=["operations"], responses=_ERRORS)


class Metrics:
    """What one application measures, in a registry of its own."""

    def __init__(self, backend: Backend) -> None:
        self.registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        self.requests = RequestMetrics()
        self.registry.register(self.requests)
        self.store = health_probe(backend)


@router.get("/metrics", response_class=Response, responses=_TEXT)
async def metrics(request: Request, _called: UserDep) -> Response:
    """Metrics of this process and of the store."""
    measured: Metrics = request.app.state.metrics
    together = _Together(measured.registry, await _health(measured.store))
    encode, content_type = choose_encoder(request.headers.get("accept", ""))
    body = await run_in_threadpool(encode, together)
    return Response(body, headers={"Content-Type": content_type, "Cache-Control": "no-store"})


@dataclass(frozen=True)
class _Together(Collector):
    """All metrics of one scrape."""

    registry: CollectorRegistry
    store: Health | None

    def collect(self) -> Iterable[Metric]:
        yield from self.registry.collect()
        yield from store_metrics(self.store)


def health_probe(backend: Backend) -> Probe[Health]:
    """Asks the database of `backend` for its figures."""

    def look(connection: Connection) -> Health:
        return health(connection, backend.clock())

    return Probe(backend.database, look, PATIENCE_SECONDS)


async def _health(probe: Probe[Health]) -> Health | None:
    try:
        return await probe.ask()
    except Unanswered:
        return None
