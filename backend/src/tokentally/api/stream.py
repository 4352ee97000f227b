"""`/v1/stream`: server-sent events that say when answers change."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import Send

from tokentally.api.deps import Called, Needs, UserDep
from tokentally.api.description import problems
from tokentally.api.watching import DataState, Watch
from tokentally.auth.refusals import MissingScope, NotSignedIn, SigningKeysUnavailable
from tokentally.store.database import StoreUnavailable

_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_SIGN_OF_LIFE = b": still here\n\n"
_EXAMPLE = 'event: usage.updated\ndata: {"version":7,"as_of":"2026-11-21T12:00:00.000000Z"}\n\n'
_FORM: dict[str, Any] = {
    "responses": {"200": {"content": {"text/event-stream": {"example": _EXAMPLE}}}}
}

router = APIRouter(
    prefix="/v1/stream",
    tags=["stream"],
    responses=problems({503: "The database is unavailable; try again."}),
)


class EventStream(StreamingResponse):
    """Server-sent events. Where they come from is closed with the stream, whatever ends it."""

    media_type = "text/event-stream"

    async def stream_response(self, send: Send) -> None:
        events = self.body_iterator
        assert isinstance(events, AsyncGenerator)
        async with aclosing(events):
            await super().stream_response(send)


@router.get("", response_class=EventStream, openapi_extra=_FORM)
async def stream_changes(request: Request, called: UserDep) -> Response:
    """Say when answers change: an event `usage.updated` at once, and one after every change.

    Its data is the version of the data and the newest receipt that it includes (null before the
    first). Between events a comment comes every 15 seconds. The stream ends with the server, and
    within 15 seconds when the caller may no longer read.
    """
    watch: Watch = request.app.state.watch
    await watch.look()
    return EventStream(_events(watch, request, called), headers=_HEADERS)


async def _events(watch: Watch, request: Request, called: Called) -> AsyncGenerator[bytes]:
    async with aclosing(watch.states()) as states:
        async for state in states:
            if state:
                yield _event(state)
            elif await _is_still_allowed(request, called):
                yield _SIGN_OF_LIFE
            else:
                return


def _event(state: DataState) -> bytes:
    return b"event: usage.updated\ndata: " + msgspec.json.encode(state) + b"\n\n"


async def _is_still_allowed(request: Request, called: Called) -> bool:
    """Whether the caller may go on; while that can't be told they may, and there is no news."""
    try:
        await Needs(called.needs).caller(request, called.backend)
    except (NotSignedIn, MissingScope):
        return False
    except (SigningKeysUnavailable, StoreUnavailable, SQLAlchemyError):
        return True
    return True
