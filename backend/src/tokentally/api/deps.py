"""What endpoints ask for, each by one name."""

from typing import Annotated

from fastapi import Depends, Query, Request

from tokentally.api.backend import Backend
from tokentally.api.errors import Refused
from tokentally.auth.caller import LOCAL, Caller
from tokentally.queries.filters import Filter


async def _backend(request: Request) -> Backend:
    backend: Backend = request.app.state.backend
    return backend


async def _reader() -> Caller:
    return _caller_with("read")


async def _ingester() -> Caller:
    return _caller_with("ingest")


def _caller_with(scope: str) -> Caller:
    if not LOCAL.may(scope):
        raise Refused(403, f"this needs the scope {scope}")
    return LOCAL


async def _filter(
    team: Annotated[str | None, Query(description="Only this team, by name.")] = None,
    source: Annotated[str | None, Query(description="Only this source.")] = None,
) -> Filter:
    return Filter(team=(team or "").strip() or None, source=(source or "").strip().lower() or None)


BackendDep = Annotated[Backend, Depends(_backend)]
Reader = Annotated[Caller, Depends(_reader)]
Ingester = Annotated[Caller, Depends(_ingester)]
FilterDep = Annotated[Filter, Depends(_filter)]
StartDate = Annotated[
    str | None, Query(description="First UTC day, YYYY-MM-DD.", examples=["2026-11-01"])
]
EndDate = Annotated[
    str | None, Query(description="Last UTC day, included, YYYY-MM-DD.", examples=["2026-11-21"])
]
