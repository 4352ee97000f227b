"""How errors are answered: one form for each family of paths.

`/tokens*` answers `{"detail": …}`; everything else RFC 9457 problem details.
"""

import logging
from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from fastapi import FastAPI, Request, Response
from sqlalchemy.exc import DBAPIError, TimeoutError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from tokentally.ingest.body import BodyTooLarge, BrokenCompression
from tokentally.ingest.parse import MalformedBody, TooManyEvents
from tokentally.ingest.receive import UnsupportedBody
from tokentally.queries.date_range import InvalidDateRange
from tokentally.store.engine import StoreUnavailable

RETRY_AFTER_SECONDS = 2

log = logging.getLogger(__name__)


def render(
    path: str, status: int, detail: str, headers: Mapping[str, str] | None = None
) -> Response:
    """The answer to a failed request in the form of its path's family."""
    headers = dict(headers or {})
    if status == 503:
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if path.startswith("/tokens"):
        body = msgspec.json.encode({"detail": detail})
        return Response(body, status, headers, "application/json")
    problem = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    return Response(msgspec.json.encode(problem), status, headers, "application/problem+json")


_STATUS: dict[type[Exception], int] = {
    InvalidDateRange: 400,
    MalformedBody: 400,
    BrokenCompression: 400,
    ClientDisconnect: 400,
    BodyTooLarge: 413,
    TooManyEvents: 413,
    UnsupportedBody: 415,
    StoreUnavailable: 503,
    DBAPIError: 503,
    TimeoutError: 503,
    Exception: 500,
}
_SAID: dict[type[Exception], str] = {
    ClientDisconnect: "the body is cut off",
    DBAPIError: "the database is unavailable",
    TimeoutError: "the database is unavailable",
    Exception: "Internal server error",
}


def status_and_detail(error: Exception) -> tuple[int, str]:
    """The HTTP status of an error, and what the caller is told of it."""
    if isinstance(error, HTTPException):
        return error.status_code, str(error.detail)
    kind = next(kind for kind in type(error).__mro__ if kind in _STATUS)
    return _STATUS[kind], _SAID.get(kind, str(error))


async def answer(request: Request, error: Exception) -> Response:
    """The one handler of every error."""
    status, detail = status_and_detail(error)
    if status >= 500:
        log.error("%s %s: %s", request.method, request.url.path, status, exc_info=error)
    headers = error.headers if isinstance(error, HTTPException) else None
    return render(request.url.path, status, detail, headers)


def handle_errors(app: FastAPI) -> None:
    """Answer every error of `app` in the form of its family."""
    kinds: list[type[Exception]] = [HTTPException, *_STATUS]
    for kind in kinds:
        app.add_exception_handler(kind, answer)
