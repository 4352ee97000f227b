"""How much each user used, in each of their teams."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Annotated, Any

from msgspec import UNSET, UnsetType
from pydantic import GetPydanticSchema
from sqlalchemy import select

from tokentally.days import DayRange
from tokentally.models.core import app_user, team
from tokentally.pricing.money import usd
from tokentally.queries.filters import Filter, matching
from tokentally.queries.previous import PreviousTokens, not_compared
from tokentally.queries.shown_names import opaque_id, shown_name
from tokentally.store.rollups import PEOPLE_DAILY, USER_DAILY
from tokentally.store.usage import Snapshot
from tokentally.store.version import as_of

Login = Annotated[str | UnsetType, GetPydanticSchema(lambda _, schema_of: schema_of(str))]
"""The name by which a user is asked for; left out of answers to who may not see all names."""

_SUMMED = ("input_tokens", "output_tokens", "requests", "cost_nano_usd", "unpriced_tokens")


@dataclass(frozen=True)
class UserUsage:
    """A user's usage in one team: `id` is their `api_key` in `/tokens`, money has 6 decimals."""

    id: str
    name: str
    team: str
    tokens: int
    requests: int
    cost_usd: str
    unpriced_tokens: int
    login: Login = field(default_factory=lambda: UNSET)
    previous_tokens: PreviousTokens = field(default_factory=not_compared)


@dataclass(frozen=True)
class UsersUsage:
    """Users with tokens, once for each of their teams, most tokens first; `as_of` is the newest
    receipt included.
    """

    users: list[UserUsage]
    as_of: str | None


def tokens_per_user(
    now: Snapshot,
    days: DayRange,
    only: Filter,
    previous: DayRange | None = None,
    *,
    show_all_names: bool,
) -> UsersUsage:
    """Tokens, requests and cost of each user in `days`, and their tokens in the `previous` ones.

    Users who are not public are shown as `Anonymous` unless `show_all_names`; then each has their
    `login` beside the name that they chose.
    """
    used = {_key(row): _entry(row, show_all_names) for row in _rows(now, days, only)}
    if previous:
        before = {_key(row): _tokens(row) for row in _rows(now, previous, only)}
        used = {
            key: replace(entry, previous_tokens=before.get(key, 0)) for key, entry in used.items()
        }
    ranked = sorted(used, key=lambda key: (-used[key].tokens, used[key].name, key))
    return UsersUsage([used[key] for key in ranked if used[key].tokens], as_of(now.connection))


def _rows(now: Snapshot, days: DayRange, only: Filter) -> Sequence[Any]:
    """A row a user and team, with their names and sums."""
    rollup = PEOPLE_DAILY if only.source is None else USER_DAILY  # people have no sources
    by, where = ("user_id", "team_id"), partial(matching, only=only)
    sums = now.sums(rollup, days.numbers, by=by, of=_SUMMED, where=where)
    statement = (
        select(
            sums,
            team.c.name.label("team"),
            app_user.c.name.label("login"),
            app_user.c.display_name.label("chosen"),
            app_user.c.leaderboard_public.label("public"),
        )
        .join(team, team.c.id == sums.c.team_id)
        .join(app_user, app_user.c.id == sums.c.user_id)
    )
    return now.connection.execute(statement).all()


def _entry(row: Any, show_all_names: bool) -> UserUsage:
    public = bool(row.public)
    return UserUsage(
        id=opaque_id(row.user_id),
        name=shown_name(row.login, row.chosen, public=public, show_all_names=show_all_names),
        team=row.team,
        tokens=_tokens(row),
        requests=int(row.requests),
        cost_usd=usd(int(row.cost_nano_usd)),
        unpriced_tokens=int(row.unpriced_tokens),
        login=row.login if show_all_names else UNSET,
    )


def _key(row: Any) -> tuple[int, str]:
    """Whose usage, in which team: apart for users who are shown under one name."""
    return row.user_id, row.team


def _tokens(row: Any) -> int:
    return int(row.input_tokens) + int(row.output_tokens)
