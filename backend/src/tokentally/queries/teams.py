"""How many tokens each team used, and within it each of its users on each model."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Select, select

from tokentally.days import DayRange
from tokentally.models.core import app_user, model, team
from tokentally.pricing.money import usd
from tokentally.queries.previous import PreviousTokens, not_compared
from tokentally.queries.shown_names import opaque_id, shown_name
from tokentally.store.names import UNASSIGNED
from tokentally.store.rollups import USER_DAILY
from tokentally.store.usage import Snapshot
from tokentally.store.version import as_of

_SUMMED = ("input_tokens", "output_tokens", "requests", "cost_nano_usd", "unpriced_tokens")


@dataclass(frozen=True)
class ModelTokens:
    """A user's tokens on one model (by display name)."""

    model_name: str
    total_tokens: int
    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True)
class UserTokens:
    """One user of a team: an opaque id, the name that may be shown, and the models used."""

    api_key: str
    key_alias: str
    models: list[ModelTokens]


@dataclass(frozen=True)
class Breakdown:
    """What a team's tokens are made of."""

    api_keys: list[UserTokens]


@dataclass(frozen=True)
class TeamTokens:
    """A team's usage; `cost_usd` has 6 decimals."""

    name: str
    tokens: int
    requests: int
    cost_usd: str
    unpriced_tokens: int
    breakdown: Breakdown
    previous_tokens: PreviousTokens = field(default_factory=not_compared)


@dataclass(frozen=True)
class TeamsTokens:
    """Every team, most tokens first; `as_of` is the newest receipt included."""

    teams: list[TeamTokens]
    as_of: str | None


def tokens_per_team(
    now: Snapshot, days: DayRange, previous: DayRange | None = None, *, show_all_names: bool
) -> TeamsTokens:
    """Teams with their users and models, and the tokens of each team in the `previous` days.

    Users who are not public are shown as `Anonymous` unless `show_all_names`.
    """
    rows: dict[str, list[Any]] = {name: [] for name in _team_names(now)}
    for row in now.connection.execute(_statement(now, days)):
        rows[row.team].append(row)
    teams = [
        _team(name, own, show_all_names) for name, own in rows.items() if own or name != UNASSIGNED
    ]
    teams.sort(key=lambda entry: (-entry.tokens, entry.name))
    if previous:
        before = _tokens_in(now, previous)
        teams = [replace(entry, previous_tokens=before.get(entry.name, 0)) for entry in teams]
    return TeamsTokens(teams, as_of(now.connection))


def _team_names(now: Snapshot) -> list[str]:
    return list(now.connection.execute(select(team.c.name)).scalars())


def _tokens_in(now: Snapshot, days: DayRange) -> dict[str, int]:
    """The tokens of each team that has any row, by name."""
    of = ("input_tokens", "output_tokens")
    sums = now.sums(USER_DAILY, days.numbers, by=("team_id",), of=of)
    statement = select(team.c.name, *(sums.c[name] for name in of))
    rows = now.connection.execute(statement.join(team, team.c.id == sums.c.team_id))
    return {name: int(prompt) + int(completion) for name, prompt, completion in rows}


def _statement(now: Snapshot, days: DayRange) -> Select[Any]:
    """A row a team, user and display name, with their names and sums."""
    sums = now.sums(USER_DAILY, days.numbers, by=("team_id", "user_id", "model_id"), of=_SUMMED)
    return (
        select(
            team.c.name.label("team"),
            app_user.c.id.label("user_id"),
            app_user.c.name.label("user"),
            app_user.c.display_name.label("shown"),
            app_user.c.leaderboard_public.label("public"),
            model.c.display_name.label("model"),
            *(sums.c[name] for name in _SUMMED),
        )
        .join(team, team.c.id == sums.c.team_id)
        .join(app_user, app_user.c.id == sums.c.user_id)
        .join(model, model.c.id == sums.c.model_id)
        .where(sums.c.requests > 0)  # a correction can leave rows that cancel out
    )


def _team(name: str, rows: list[Any], show_all_names: bool) -> TeamTokens:
    users: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        users[row.user_id].append(row)
    entries = [_user(own, show_all_names) for own in users.values()]
    entries.sort(key=lambda user: (-_tokens(user), user.key_alias, user.api_key))
    return TeamTokens(
        name=name,
        tokens=sum(_tokens(user) for user in entries),
        requests=sum(int(row.requests) for row in rows),
        cost_usd=usd(sum(int(row.cost_nano_usd) for row in rows)),
        unpriced_tokens=sum(int(row.unpriced_tokens) for row in rows),
        breakdown=Breakdown(entries),
    )


def _user(rows: list[Any], show_all_names: bool) -> UserTokens:
    first = rows[0]
    public = bool(first.public)
    per_model: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        per_model[row.model].append(row)
    models = [_model(name, own) for name, own in per_model.items()]
    models.sort(key=lambda entry: (-entry.total_tokens, entry.model_name))
    return UserTokens(
        api_key=opaque_id(first.user_id),
        key_alias=shown_name(first.user, first.shown, public=public, show_all_names=show_all_names),
        models=[entry for entry in models if entry.total_tokens],
    )


def _model(name: str, rows: list[Any]) -> ModelTokens:
    prompt = sum(int(row.input_tokens) for row in rows)
    completion = sum(int(row.output_tokens) for row in rows)
    return ModelTokens(name, prompt + completion, prompt, completion)


def _tokens(user: UserTokens) -> int:
    return sum(entry.total_tokens for entry in user.models)
