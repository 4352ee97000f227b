"""What endpoints ask for, each by one name.

A request is read once, by one dependency: solving a tree of them costs more than the answer. Each
says as `needs` which scope a caller must have; a test holds that every route has one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import unquote

from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase

from tokentally.api.backend import Backend
from tokentally.auth.caller import LOCAL, PASSER_BY, Caller, local_as
from tokentally.auth.refusals import MissingScope
from tokentally.auth.sign_in import caller_of
from tokentally.models.plain_text import plain_text
from tokentally.queries.filters import Filter, filter_of

OF_USER = "X-Tokentally-User"
"""The header by which the owner of a local server says whose usage they ask for."""

_SOON = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Called:
    """A request: by whom, to which backend, and when that was found out for which scope."""

    backend: Backend
    caller: Caller
    needs: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a range of days: who asks, of which backend, and the parameters as sent.

    `compare` is blank where it isn't sent.
    """

    backend: Backend
    caller: Caller
    start_date: str | None
    end_date: str | None
    compare: str
    only: Filter


class Needs(SecurityBase):
    """A dependency that finds out who calls, and refuses them without the scope `needs`."""

    def __init__(self, needs: str) -> None:
        self.needs = needs
        self.model = HTTPBearer(description="An API key, or a JSON Web Token.")
        self.scheme_name = "bearer"

    async def __call__(self, request: Request) -> Called:
        backend: Backend = request.app.state.backend
        caller = await self.caller(request, backend)
        return Called(backend, caller, self.needs, backend.clock())

    async def caller(self, request: Request, backend: Backend) -> Caller:
        """Who calls; raises `NotSignedIn` and `MissingScope`."""
        if backend.settings.auth == "local":
            return LOCAL
        given = request.headers.getlist("authorization")
        caller = await caller_of(request.app.state.sign_in, given)
        if not caller.may(self.needs):
            raise MissingScope(self.needs)
        return caller


class NeedsOwnUsage(Needs):
    """The dependency of questions about the caller's own usage.

    The owner of a local server may ask them as any user, by a header that holds the name with
    everything but ASCII percent-encoded; raises `InvalidText` if nobody can be called so. For all
    others the header says nothing.
    """

    def __init__(self) -> None:
        super().__init__("read")

    async def caller(self, request: Request, backend: Backend) -> Caller:
        caller = await super().caller(request, backend)
        if caller is not LOCAL:
            return caller
        name = plain_text(OF_USER, unquote(request.headers.get(OF_USER, "")))
        return local_as(name) if name else caller


async def still_allowed(request: Request, called: Called) -> None:
    """Once the body is read: who took long to send it may not be allowed to any more."""
    if called.caller is LOCAL or called.backend.clock() - called.at < _SOON:
        return
    await Needs(called.needs).caller(request, called.backend)


class NeedsToRead(Needs):
    """The dependency of organisation-wide questions, which may be open to all."""

    def __init__(self) -> None:
        super().__init__("read")

    async def __call__(self, request: Request) -> Asked:  # type: ignore[override]
        backend: Backend = request.app.state.backend
        given = request.query_params
        return Asked(
            backend=backend,
            caller=await self.caller(request, backend),
            start_date=given.get("start_date"),
            end_date=given.get("end_date"),
            compare=given.get("compare", ""),
            only=filter_of(given.get("team", ""), given.get("source", "")),
        )

    async def caller(self, request: Request, backend: Backend) -> Caller:
        if backend.settings.open_to_all and "authorization" not in request.headers:
            return PASSER_BY
        return await super().caller(request, backend)


AskedDep = Annotated[Asked, Depends(NeedsToRead())]
SentDep = Annotated[Called, Depends(Needs("ingest"))]
OwnUsageDep = Annotated[Called, Depends(NeedsOwnUsage())]
UserDep = Annotated[Called, Depends(Needs("read"))]
AdminDep = Annotated[Called, Depends(Needs("admin"))]
