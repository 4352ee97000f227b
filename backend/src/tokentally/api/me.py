"""`/v1/me`: what a user is called, and what others see."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import msgspec
from fastapi import APIRouter, Request, Response
from msgspec import UNSET, UnsetType
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from tokentally.api.backend import Backend
from tokentally.api.deps import UserDep
from tokentally.api.description import body_of, problems
from tokentally.api.json_body import answer, read_json
from tokentally.auth.caller import Caller
from tokentally.auth.claims import avatar_address
from tokentally.auth.owner import owner_of
from tokentally.local_days import zone_names
from tokentally.models.plain_text import InvalidText, plain_text
from tokentally.queries.shown_names import opaque_id
from tokentally.store.users import User, change_user, find_user, shown_on_boards

Changes = dict[str, str | int]


class MyChanges(msgspec.Struct, forbid_unknown_fields=True):
    """What of oneself is to be changed; what is left out stays."""

    display_name: str | UnsetType = UNSET
    avatar_url: str | UnsetType = UNSET
    time_zone: str | UnsetType = UNSET
    leaderboard_public: bool | UnsetType = UNSET


@dataclass(frozen=True)
class Me:
    """The caller: as a user, and what their credentials allow.

    `id` is what boards tell users apart by; null for the owner of a local server without usage.
    """

    id: str | None
    name: str
    display_name: str
    team: str | None
    is_admin: bool
    leaderboard_public: bool
    avatar_url: str
    time_zone: str
    scopes: list[str]


_ERRORS = problems({503: "The database is unavailable; try again."})
_REFUSED = problems(
    {
        400: "The body is malformed or breaks a rule.",
        413: "The body is larger than 64 KiB.",
        415: "The body is not JSON.",
    }
)

router = APIRouter(prefix="/v1/me", tags=["me"], responses=_ERRORS)


@router.get("", response_model=Me)
async def show_me(called: UserDep) -> Response:
    """Who the caller is."""
    user = await run_in_threadpool(_user, called.backend, called.caller.user)
    return answer(_me(called.caller, user))


@router.patch("", response_model=Me, responses=_REFUSED, openapi_extra=body_of(MyChanges))
async def change_me(request: Request, called: UserDep) -> Response:
    """Change what the caller is called, where they are, and whether others see them."""
    sent = await read_json(request, called, MyChanges)
    changes = _checked(sent, called.backend.clock())
    change = partial(_change, caller=called.caller, changes=changes)
    user = await asyncio.wrap_future(called.backend.writer.run(change))
    return answer(_me(called.caller, user))


def _user(backend: Backend, name: str) -> User | None:
    with backend.database.readers.connect() as connection:
        return find_user(connection, name)


def _change(connection: Connection, caller: Caller, changes: Changes) -> User:
    return change_user(connection, owner_of(connection, caller).name, changes)


def _checked(sent: MyChanges, now: datetime) -> Changes:
    """The changes as columns; raises `InvalidText`."""
    changes: Changes = {}
    if sent.display_name is not UNSET:
        changes["display_name"] = plain_text("display_name", sent.display_name)
    if sent.avatar_url is not UNSET:
        changes["avatar_url"] = avatar_address(sent.avatar_url)
    if sent.time_zone is not UNSET:
        changes["time_zone"] = _time_zone(sent.time_zone)
    if sent.leaderboard_public is not UNSET:
        changes |= shown_on_boards(sent.leaderboard_public, now)
    return changes


def _time_zone(text: str) -> str:
    zone = text.strip()
    if zone and zone not in zone_names():
        raise InvalidText("time_zone must be an IANA name, such as Europe/Berlin, or blank")
    return zone


def _me(caller: Caller, user: User | None) -> Me:
    """The caller as shown; the owner of a local server may not be stored yet."""
    return Me(
        id=opaque_id(user.id) if user else None,
        name=caller.user,
        display_name=user.display_name if user else "",
        team=user.team if user else None,
        is_admin=bool(user and user.is_admin) or caller.may("admin"),
        leaderboard_public=bool(user and user.leaderboard_public),
        avatar_url=user.avatar_url if user else "",
        time_zone=user.time_zone if user else "",
        scopes=sorted(caller.scopes),
    )
