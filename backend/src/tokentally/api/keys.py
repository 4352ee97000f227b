"""`/v1/keys`: a user's own API keys."""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Annotated

import msgspec
from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from tokentally.api.backend import Backend
from tokentally.api.deps import Called, UserDep
from tokentally.api.description import body_of, problems
from tokentally.api.json_body import answer, read_json
from tokentally.auth.api_keys import new_key
from tokentally.auth.caller import Caller
from tokentally.auth.owner import owner_of
from tokentally.auth.refusals import MissingScope
from tokentally.clock import microseconds, rfc3339
from tokentally.store.api_keys import (
    NewKey,
    StoredKey,
    UnknownKey,
    add_key,
    keys_of,
    revoke_key,
)


class KeyWish(msgspec.Struct, forbid_unknown_fields=True):
    """A key to be made: what it may do, and a label to tell it by."""

    scopes: Annotated[list[str], msgspec.Meta(min_length=1)]
    label: str = ""


@dataclass(frozen=True)
class KeyShown:
    """A key without its secret; times in RFC 3339, null for never."""

    id: int
    label: str
    shown: str
    scopes: list[str]
    created_at: str
    last_used_at: str | None
    revoked_at: str | None


@dataclass(frozen=True)
class KeysShown:
    """The caller's keys, in the order in which they were made."""

    keys: list[KeyShown]


@dataclass(frozen=True)
class KeyMade:
    """A new key. `key` is told this once, and stored nowhere."""

    id: int
    label: str
    scopes: list[str]
    key: str


_ERRORS = problems({503: "The database is unavailable; try again."})
_REFUSED = problems(
    {
        400: "The body is malformed, or names a scope that there is not.",
        413: "The body is larger than 64 KiB.",
        415: "The body is not JSON.",
    }
)

router = APIRouter(prefix="/v1/keys", tags=["keys"], responses=_ERRORS)


@router.get("", response_model=KeysShown)
async def list_keys(called: UserDep) -> Response:
    """The caller's keys, without their secrets."""
    keys = await run_in_threadpool(_keys, called.backend, called.caller.user)
    return answer(KeysShown([_shown(key) for key in keys]))


@router.post(
    "", response_model=KeyMade, status_code=201, responses=_REFUSED, openapi_extra=body_of(KeyWish)
)
async def create_key(request: Request, called: UserDep) -> Response:
    """Make a key with scopes that the caller has; the answer alone shows it."""
    wish = await read_json(request, called, KeyWish)
    key, stored = new_key(wish.label, wish.scopes, called.backend.clock())
    _refuse_more(called.caller, stored)
    made = partial(_add, caller=called.caller, key=stored)
    key_id = await asyncio.wrap_future(called.backend.writer.run(made))
    return answer(KeyMade(key_id, stored.label, sorted(stored.scopes), key), 201)


@router.delete("/{key_id}", status_code=204, responses=problems({404: "No key of the caller."}))
async def delete_key(key_id: str, called: UserDep) -> Response:
    """Revoke a key of the caller; from now on nobody signs in with it."""
    revoke = partial(revoke_key, key_id=_number(key_id), at=_now(called), user=called.caller.user)
    await asyncio.wrap_future(called.backend.writer.run(revoke))
    return Response(status_code=204)


def _keys(backend: Backend, user: str) -> list[StoredKey]:
    with backend.database.readers.connect() as connection:
        return keys_of(connection, user)


def _refuse_more(caller: Caller, key: NewKey) -> None:
    for scope in sorted(key.scopes - caller.scopes):
        raise MissingScope(scope)


def _add(connection: Connection, caller: Caller, key: NewKey) -> int:
    return add_key(connection, owner_of(connection, caller).name, key)


def _number(key_id: str) -> int:
    if not (key_id.isascii() and key_id.isdigit() and len(key_id) < 20):
        raise UnknownKey(key_id)
    return int(key_id)


def _now(called: Called) -> int:
    return microseconds(called.backend.clock())


def _shown(key: StoredKey) -> KeyShown:
    times = (key.last_used_at, key.revoked_at)
    used, revoked = (None if time is None else rfc3339(time) for time in times)
    scopes, created = list(key.scopes), rfc3339(key.created_at)
    return KeyShown(key.id, key.label, key.shown, scopes, created, used, revoked)
