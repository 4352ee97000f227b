"""`/functions/vibeusage-leaderboard*`: who used most, and whether the caller is named there."""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from tokentally.api.any_json import read_any_json
from tokentally.api.deps import Called, UserDep
from tokentally.api.json_body import MAX_BYTES, answer
from tokentally.api.leaderboard_description import BOARD, CHOICE, CHOSEN, ERRORS, NOT_CHOSEN
from tokentally.api.leaderboard_parameters import board_asked
from tokentally.api.ranges import answer_for_organisation
from tokentally.auth.caller import Caller
from tokentally.auth.owner import owner_of
from tokentally.clock import rfc3339
from tokentally.ingest.parse import MalformedBody
from tokentally.queries.leaderboard import Leaderboard, leaderboard
from tokentally.store.users import User, change_user, find_user, shown_on_boards


@dataclass(frozen=True)
class LeaderboardSettings:
    """Whether the caller is public, and when they said so; null if they never did."""

    leaderboard_public: bool
    updated_at: str | None


router = APIRouter(tags=["leaderboard"], responses=ERRORS)


@router.get("/vibeusage-leaderboard", response_model=Leaderboard, openapi_extra=BOARD)
async def show_leaderboard(request: Request, called: UserDep) -> Response:
    """Who used most, over UTC days."""
    board = board_asked(request.query_params, called.at)
    query = partial(leaderboard, board=board, caller=called.caller.user)
    return await answer_for_organisation(called.backend, query)


@router.get(
    "/vibeusage-leaderboard-settings", response_model=LeaderboardSettings, openapi_extra=CHOSEN
)
async def show_leaderboard_settings(called: UserDep) -> Response:
    """Whether the caller is named on leaderboards."""
    return answer(_settings(await run_in_threadpool(_user, called)))


@router.post(
    "/vibeusage-leaderboard-settings",
    response_model=LeaderboardSettings,
    responses=NOT_CHOSEN,
    openapi_extra=CHOICE,
)
async def change_leaderboard_settings(request: Request, called: UserDep) -> Response:
    """Have the caller named on leaderboards, or no longer; at once, in the past too."""
    public = _choice(await read_any_json(request, called, MAX_BYTES))
    changes = shown_on_boards(public, called.backend.clock())
    change = partial(_change, caller=called.caller, changes=changes)
    return answer(_settings(await asyncio.wrap_future(called.backend.writer.run(change))))


def _user(called: Called) -> User | None:
    with called.backend.database.readers.connect() as connection:
        return find_user(connection, called.caller.user)


def _choice(content: Any) -> bool:
    public = content.get("leaderboard_public") if isinstance(content, dict) else None
    if not isinstance(public, bool):
        raise MalformedBody("leaderboard_public must be boolean")
    return public


def _change(connection: Connection, caller: Caller, changes: dict[str, str | int]) -> User:
    return change_user(connection, owner_of(connection, caller).name, changes)


def _settings(user: User | None) -> LeaderboardSettings:
    """As stored; the owner of a local server may not be stored yet."""
    changed_at = user.leaderboard_changed_at if user else None
    return LeaderboardSettings(
        leaderboard_public=bool(user and user.leaderboard_public),
        updated_at=None if changed_at is None else rfc3339(changed_at),
    )
