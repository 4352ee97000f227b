"""`/v1/admin/users`: who there is, changed by admins. Names in paths may hold slashes."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import msgspec
from fastapi import APIRouter, Request, Response
from msgspec import UNSET, UnsetType
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from tokentally.api.backend import Backend
from tokentally.api.deletion import delete_user
from tokentally.api.deps import AdminDep
from tokentally.api.description import body_of, problems
from tokentally.api.json_body import answer, read_json
from tokentally.models.plain_text import plain_text
from tokentally.store.teams import assign_team
from tokentally.store.users import (
    User,
    UserExists,
    all_users,
    change_user,
    create_user,
    shown_on_boards,
)

Changes = dict[str, str | int]


class UserWish(msgspec.Struct, forbid_unknown_fields=True):
    """A user to be made."""

    name: str
    display_name: str = ""
    is_admin: bool = False
    team: str | None = None


class UserChanges(msgspec.Struct, forbid_unknown_fields=True):
    """What of a user is to be changed; what is left out stays."""

    display_name: str | UnsetType = UNSET
    leaderboard_public: bool | UnsetType = UNSET
    is_admin: bool | UnsetType = UNSET
    disabled: bool | UnsetType = UNSET


class TeamWish(msgspec.Struct, forbid_unknown_fields=True):
    """The team that a user is to be in; null for none."""

    team: str | None


@dataclass(frozen=True)
class UserShown:
    """A user as admins see them."""

    name: str
    display_name: str
    team: str | None
    leaderboard_public: bool
    is_admin: bool
    disabled: bool
    avatar_url: str


@dataclass(frozen=True)
class UsersShown:
    """Every user, by name."""

    users: list[UserShown]


@dataclass(frozen=True)
class UserDeleted:
    """How many events the deleted user had."""

    events: int


_ERRORS = problems({503: "The database is unavailable; try again."})
_MALFORMED = {
    400: "The body is malformed or breaks a rule.",
    413: "The body is larger than 64 KiB.",
    415: "The body is not JSON.",
}
_UNKNOWN = {404: "There is no such user."}

router = APIRouter(prefix="/v1/admin/users", tags=["admin"], responses=_ERRORS)


@router.get("", response_model=UsersShown)
async def list_users(called: AdminDep) -> Response:
    """Every user."""
    users = await run_in_threadpool(_all, called.backend)
    return answer(UsersShown([_shown(user) for user in users]))


@router.post(
    "",
    response_model=UserShown,
    status_code=201,
    responses=problems(_MALFORMED | {409: "There is a user of that name already."}),
    openapi_extra=body_of(UserWish),
)
async def add_user(request: Request, called: AdminDep) -> Response:
    """Make a user."""
    wish = await read_json(request, called, UserWish)
    return await _changed(called.backend, partial(_add, wish=wish), 201)


@router.put(
    "/{name:path}/team",
    response_model=UserShown,
    responses=problems(_MALFORMED | _UNKNOWN),
    openapi_extra=body_of(TeamWish),
)
async def set_team(name: str, request: Request, called: AdminDep) -> Response:
    """Put a user into a team, or out of theirs. Events keep the team that they came with."""
    wish = await read_json(request, called, TeamWish)
    return await _changed(called.backend, partial(assign_team, user=name, team_name=wish.team))


@router.patch(
    "/{name:path}",
    response_model=UserShown,
    responses=problems(_MALFORMED | _UNKNOWN | {409: "The last enabled admin stays one."}),
    openapi_extra=body_of(UserChanges),
)
async def patch_user(name: str, request: Request, called: AdminDep) -> Response:
    """Change what a user is called and may do."""
    sent = await read_json(request, called, UserChanges)
    changes = _checked(sent, called.backend.clock())
    return await _changed(called.backend, partial(change_user, name=name, changes=changes))


@router.delete(
    "/{name:path}",
    response_model=UserDeleted,
    responses=problems(_UNKNOWN | {409: "The last enabled admin stays one."}),
)
async def remove_user(name: str, called: AdminDep) -> Response:
    """Delete a user with all events, usage and keys of theirs, for good."""
    return answer(UserDeleted(await run_in_threadpool(delete_user, called.backend, name)))


async def _changed(
    backend: Backend, change: Callable[[Connection], User], status: int = 200
) -> Response:
    user = await asyncio.wrap_future(backend.writer.run(change))
    return answer(_shown(user), status)


def _all(backend: Backend) -> list[User]:
    with backend.database.readers.connect() as connection:
        return all_users(connection)


def _add(connection: Connection, wish: UserWish) -> User:
    name = wish.name.strip()
    if not create_user(connection, name):
        raise UserExists(name)
    if wish.team is not None:
        assign_team(connection, name, wish.team)
    shown = plain_text("display_name", wish.display_name)
    return change_user(connection, name, {"display_name": shown, "is_admin": wish.is_admin})


def _checked(sent: UserChanges, now: datetime) -> Changes:
    """The changes as columns; raises `InvalidText`."""
    changes: Changes = {}
    for field in sent.__struct_fields__:
        value = getattr(sent, field)
        if value is not UNSET:
            changes[field] = value
    if sent.leaderboard_public is not UNSET:
        changes |= shown_on_boards(sent.leaderboard_public, now)
    if sent.display_name is not UNSET:
        changes["display_name"] = plain_text("display_name", sent.display_name)
    return changes


def _shown(user: User) -> UserShown:
    return UserShown(
        name=user.name,
        display_name=user.display_name,
        team=user.team,
        leaderboard_public=user.leaderboard_public,
        is_admin=user.is_admin,
        disabled=user.disabled,
        avatar_url=user.avatar_url,
    )
