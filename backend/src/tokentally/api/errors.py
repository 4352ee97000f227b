"""How errors are answered: one form for each family of paths.

`/tokens*` answers `{"detail": …}`, `/functions/*` `{"error": …}`, `/api/usage/*` also a `code`;
those of OpenTelemetry a `google.rpc.Status`; everything else RFC 9457 problem details.
"""

import logging
from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from fastapi import FastAPI, Request, Response
from sqlalchemy.exc import DBAPIError, TimeoutError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Scope

from tokentally.api.dashboard_parameters import InvalidQuery
from tokentally.api.usage_costs_parameters import InvalidParameter
from tokentally.auth.caller import UnknownScope
from tokentally.auth.refusals import NO_GOOD, MissingScope, NotSignedIn, SigningKeysUnavailable
from tokentally.days import InvalidDay
from tokentally.ingest.body import BodyTooLarge, BrokenCompression
from tokentally.ingest.parse import MalformedBody, TooManyEvents
from tokentally.ingest.receive import UnsupportedBody, content_type_of
from tokentally.models.plain_text import InvalidText
from tokentally.pricing.own_prices import NoSuchPrice
from tokentally.pricing.rates import InvalidPrice
from tokentally.queries.date_range import InvalidDateRange
from tokentally.queries.filters import InvalidFilter
from tokentally.queries.previous import InvalidComparison
from tokentally.queries.public_usage import NotPublic
from tokentally.store.api_keys import NotAnAdmin, UnknownKey
from tokentally.store.engine import StoreUnavailable
from tokentally.store.names import UnknownSender
from tokentally.store.users import LastAdmin, UnknownUser, UserExists

RETRY_AFTER_SECONDS = 2

log = logging.getLogger(__name__)


def render(
    scope: Scope,
    status: int,
    detail: str,
    headers: Mapping[str, str] | None = None,
    code: str | None = None,
) -> Response:
    """The answer to a failed request (its ASGI scope) in the form of its path's family.

    `code` is for programs, where the family has one; without it, it is the name of the status.
    """
    path: str = scope["path"]
    headers = dict(headers or {})
    if status == 503:
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if path in _EXPORTS:
        return _telemetry_error(scope, status, detail, headers)
    if path.startswith(_CODED):
        body = _coded(status, detail, code)
        return Response(body, status, headers, "application/json")
    for family, name in _ONE_FIELD.items():
        if path.startswith(family):
            body = msgspec.json.encode({name: detail})
            return Response(body, status, headers, "application/json")
    problem = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    return Response(msgspec.json.encode(problem), status, headers, "application/problem+json")


def _coded(status: int, detail: str, code: str | None) -> bytes:
    """Why nobody is signed in is not told here, not even that a token is missing."""
    code = code or HTTPStatus(status).phrase.lower().replace(" ", "_")
    return msgspec.json.encode({"error": NO_GOOD if status == 401 else detail, "code": code})


def _telemetry_error(
    scope: Scope, status: int, detail: str, headers: Mapping[str, str]
) -> Response:
    from tokentally.ingest.otlp_answers import error_in  # its messages take memory and time

    body, content_type = error_in(content_type_of(Headers(scope=scope)), status, detail)
    return Response(body, status, headers, content_type)


_CODED = "/api/usage"
_EXPORTS = ("/v1/traces", "/v1/logs", "/v1/metrics")
_ONE_FIELD = {"/tokens": "detail", "/functions/": "error", "/api/functions/": "error"}
_STATUS: dict[type[Exception], int] = {
    InvalidComparison: 400,
    InvalidDateRange: 400,
    InvalidFilter: 400,
    InvalidParameter: 400,
    InvalidQuery: 400,
    InvalidText: 400,
    UnknownScope: 400,
    InvalidDay: 400,
    InvalidPrice: 400,
    NotSignedIn: 401,
    UnknownSender: 401,
    MissingScope: 403,
    NotAnAdmin: 403,
    NoSuchPrice: 404,
    NotPublic: 404,
    UnknownKey: 404,
    UnknownUser: 404,
    LastAdmin: 409,
    UserExists: 409,
    SigningKeysUnavailable: 503,
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
    UnknownSender: NO_GOOD,
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
        unforeseen = error if status == 500 else None
        what = f"{status}, {getattr(error, 'orig', error)}"
        log.error("%s %s: %s", request.method, request.scope["path"], what, exc_info=unforeseen)
    headers = error.headers if isinstance(error, HTTPException) else None
    code = error.code if isinstance(error, InvalidParameter) else None
    return render(request.scope, status, detail, headers, code)


def handle_errors(app: FastAPI) -> None:
    """Answer every error of `app` in the form of its family."""
    kinds: list[type[Exception]] = [HTTPException, *_STATUS]
    for kind in kinds:
        app.add_exception_handler(kind, answer)
