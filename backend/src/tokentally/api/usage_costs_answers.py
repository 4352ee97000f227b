"""The wrapper that every `/api/usage/costs*` endpoint runs through."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
from fastapi import Request, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from tokentally.api.backend import Backend
from tokentally.api.deps import Called
from tokentally.api.kept import Answer
from tokentally.api.usage_costs_csv import charts_csv
from tokentally.api.usage_costs_etag import etag, is_known
from tokentally.api.usage_costs_parameters import own_usage
from tokentally.queries.usage_costs_own import Own
from tokentally.store.database import Database
from tokentally.store.usage import Snapshot, read
from tokentally.store.users import find_user

_ENCODE: dict[str, Callable[[Any], bytes]] = {
    "application/json": msgspec.json.Encoder(decimal_format="number").encode,
    "text/csv": charts_csv,
}


@dataclass(frozen=True)
class _Asked:
    """A question in full: the same in every process, and never the same for two users."""

    question: str
    own: Own
    others: tuple[tuple[str, Hashable], ...]
    form: str


async def answer_own_usage(
    request: Request, called: Called, query: partial[Any], form: str = "application/json"
) -> Response:
    """What `query(snapshot, own, …)` answers about the caller's own usage, or 304 if they have it.

    The same request gets the same bytes until the data changes. Raises `InvalidParameter`.
    """
    backend = called.backend
    own = own_usage(
        request.query_params,
        called.caller.user,
        today=backend.clock().date(),
        max_days=backend.settings.max_range_days,
    )
    asked = _Asked(query.func.__name__, own, tuple(sorted(query.keywords.items())), form)
    sent = ",".join(request.headers.getlist("if-none-match"))
    state = await backend.kept.state()
    answer = backend.kept.get(asked)
    if answer is None:
        answer = await run_in_threadpool(_answer, backend, asked, query, sent)
        if answer.body:
            backend.kept.keep(state, asked, answer)
    return _response(answer, form, known=is_known(answer.etag, sent))


def _answer(backend: Backend, asked: _Asked, query: partial[Any], sent: str) -> Answer:
    """The answer; without a body if its tag is among those `sent`."""

    user_id = _id_of(backend.database, asked.own.user)

    def ask(now: Snapshot) -> Answer | None:
        if _id_in(now.connection, asked.own.user) != user_id:
            return None  # made, or deleted, a moment ago: this snapshot shows rows of nobody
        tag = etag(now.connection, asked)
        if is_known(tag, sent):
            return Answer(b"", from_raw=False, etag=tag)
        body = _ENCODE[asked.form](query(now, asked.own))
        return Answer(body, from_raw=bool(now.read_raw), etag=tag)

    answer = read(backend.database, ask, user_id=user_id)
    return answer or _answer(backend, asked, query, sent)


def _id_of(database: Database, name: str) -> int:
    with database.readers.connect() as connection:
        return _id_in(connection, name)


def _id_in(connection: Connection, name: str) -> int:
    """The id of a user; 0, which nobody has, for one who isn't stored yet."""
    user = find_user(connection, name)
    return 0 if user is None else user.id


def _response(answer: Answer, form: str, *, known: bool) -> Response:
    headers = {
        "ETag": answer.etag,
        "Cache-Control": "private, no-cache",
        "Vary": "Authorization, Accept",
    }
    if known:
        return Response(status_code=304, headers=headers)
    if answer.from_raw:
        headers["X-Tokentally-Rollup"] = "fallback"
    return Response(answer.body, headers=headers, media_type=form)
