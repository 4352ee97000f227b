"""What endpoints ask for, each by one name.

A request is read once, by one dependency: solving a tree of them costs more than the answer.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from tokentally.api.backend import Backend
from tokentally.auth.caller import LOCAL, Caller
from tokentally.queries.filters import Filter


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a range of days: who asks, of which backend, and the parameters as sent."""

    backend: Backend
    caller: Caller
    start_date: str | None
    end_date: str | None
    only: Filter


@dataclass(frozen=True, slots=True)
class Sent:
    """Events that are being sent: by whom, and to which backend."""

    backend: Backend
    caller: Caller


async def _asked(request: Request) -> Asked:
    given = request.query_params
    return Asked(
        backend=request.app.state.backend,
        caller=LOCAL,
        start_date=given.get("start_date"),
        end_date=given.get("end_date"),
        only=Filter(
            team=given.get("team", "").strip() or None,
            source=given.get("source", "").strip().lower() or None,
        ),
    )


async def _sent(request: Request) -> Sent:
    return Sent(request.app.state.backend, LOCAL)


AskedDep = Annotated[Asked, Depends(_asked)]
SentDep = Annotated[Sent, Depends(_sent)]
