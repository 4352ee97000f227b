"""`/livez` and `/readyz`: whether the process answers, and whether it should be sent requests."""

from dataclasses import dataclass

import msgspec
from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from tokentally.api.backend import Backend
from tokentally.api.description import Responses, problems
from tokentally.api.probe import Probe, Unanswered
from tokentally.queries.readiness import Readiness, readiness, unready

PATIENCE_SECONDS = 2.0

_NOT_KEPT = {"Cache-Control": "no-store"}
_UNREADY: Responses = {503: {"model": Readiness, "description": "Not ready; the checks say why."}}

_PUBLIC = {status: said for status, said in problems({}).items() if status != 401}

router = APIRouter(tags=["operations"], responses=_PUBLIC)


@dataclass(frozen=True)
class Alive:
    """The process answers."""

    alive: bool


@router.get("/livez", response_model=Alive)
async def livez() -> Response:
    """Answers as long as the process does; never asks the database."""
    body = msgspec.json.encode(Alive(True))
    return Response(body, headers=_NOT_KEPT, media_type="application/json")


@router.get("/readyz", response_model=Readiness, responses=_UNREADY)
async def readyz(request: Request) -> Response:
    """Whether requests can be served: database, migrations, and how long pending rows wait."""
    found = await _readiness(request.app.state.readiness)
    body, status = msgspec.json.encode(found), 200 if found.ready else 503
    return Response(body, status, _NOT_KEPT, "application/json")


def readiness_probe(backend: Backend) -> Probe[Readiness]:
    """Asks the database of `backend` whether it is ready."""
    limit = backend.settings.ready_fold_lag_seconds

    def look(connection: Connection) -> Readiness:
        return readiness(connection, backend.clock(), limit)

    return Probe(backend.database, look, PATIENCE_SECONDS)


async def _readiness(probe: Probe[Readiness]) -> Readiness:
    try:
        return await probe.ask()
    except Unanswered as error:
        return unready(str(error))
