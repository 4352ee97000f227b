"""The wrapper that every endpoint about the caller's own usage runs through."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import msgspec
from fastapi import Request, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from tokentally.api.backend import Backend
from tokentally.api.deps import OF_USER, Called
from tokentally.api.etag import etag, is_known
from tokentally.api.kept import Answer
from tokentally.store.database import Database
from tokentally.store.usage import Snapshot, read
from tokentally.store.users import find_user


class Form(NamedTuple):
    """A form of answers: its media type, how it is written, and the headers that it depends on."""

    media_type: str
    encode: Callable[[Any], bytes]
    vary: str


to_json = msgspec.json.Encoder(decimal_format="number").encode

JSON = Form("application/json", to_json, vary="Authorization")


@dataclass(frozen=True)
class _Asked:
    """A question in full: the same in every process, and never the same for two users."""

    question: str
    user: str
    own: Hashable
    others: tuple[tuple[str, Hashable], ...]
    media_type: str


async def answer_own(
    request: Request,
    called: Called,
    own: Hashable,
    query: partial[Any],
    form: Form = JSON,
    *,
    keep: bool = True,
) -> Response:
    """What `query(snapshot, own, …)` answers about the caller's own usage, or 304 if they have it.

    `own` says which usage, by dates that are resolved: the same question gets the same bytes until
    the data changes. An answer that depends on more than the data must not be kept, nor tagged.
    """
    backend, user = called.backend, called.caller.user
    others = tuple(sorted(query.keywords.items()))
    asked = _Asked(query.func.__name__, user, own, others, form.media_type)
    ask = partial(_answer, backend, asked, partial(query, own=own), form.encode)
    if not keep:
        return _response(await run_in_threadpool(ask, ""), form)
    sent = ",".join(request.headers.getlist("if-none-match"))
    state = await backend.kept.state()
    answer = backend.kept.get(asked)
    if answer is None:
        answer = await run_in_threadpool(ask, sent)
        if answer.body:
            backend.kept.keep(state, asked, answer)
    return _response(answer, form, tagged=True, known=is_known(answer.etag, sent))


def _answer(
    backend: Backend,
    asked: _Asked,
    query: Callable[[Snapshot], Any],
    encode: Callable[[Any], bytes],
    sent: str,
) -> Answer:
    """The answer; without a body if its tag is among those `sent`."""

    user_id = _id_of(backend.database, asked.user)

    def ask(now: Snapshot) -> Answer | None:
        if _id_in(now.connection, asked.user) != user_id:
            return None  # made, or deleted, a moment ago: this snapshot shows rows of nobody
        tag = etag(now.connection, asked)
        if is_known(tag, sent):
            return Answer(b"", from_raw=False, etag=tag)
        body = encode(query(now))
        return Answer(body, from_raw=bool(now.read_raw), etag=tag)

    answer = read(backend.database, ask, user_id=user_id)
    return answer or _answer(backend, asked, query, encode, sent)


def _id_of(database: Database, name: str) -> int:
    with database.readers.connect() as connection:
        return _id_in(connection, name)


def _id_in(connection: Connection, name: str) -> int:
    """The id of a user; 0, which nobody has, for one who isn't stored yet."""
    user = find_user(connection, name)
    return 0 if user is None else user.id


def _response(answer: Answer, form: Form, *, tagged: bool = False, known: bool = False) -> Response:
    headers = {"Cache-Control": "private, no-cache", "Vary": f"{form.vary}, {OF_USER}"}
    if tagged:
        headers["ETag"] = answer.etag
    if known:
        return Response(status_code=304, headers=headers)
    if answer.from_raw:
        headers["X-Tokentally-Rollup"] = "fallback"
    return Response(answer.body, headers=headers, media_type=form.media_type)
