"""Removing the users whose names have a prefix, with all of their events."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from tokentally.models.core import (
    app_user,
    data_version,
    model_daily_usage,
    pending_usage,
    team,
    token_event,
    user_daily_usage,
)
from tokentally.store.rebuild import rebuild_day
from tokentally.store.rollups import events_in
from tokentally.store.version import raise_version


def have_usage(connection: Connection, prefix: str) -> bool:
    """Whether users with this prefix have usage that is folded."""
    users = select(app_user.c.id).where(_named(prefix))
    usage = select(user_daily_usage.c.day).where(user_daily_usage.c.user_id.in_(users))
    return connection.execute(usage.limit(1)).first() is not None


def remove_day(connection: Connection, day: int, prefix: str) -> int:
    """Remove the events of these users on a UTC day (its number); returns how many there were.

    Needs the write lock; the day's rollup rows are made anew from what is left.
    """
    users = select(app_user.c.id).where(_named(prefix))
    theirs = token_event.c.user_id.in_(users)
    removed: int = connection.execute(
        delete(token_event).where(events_in(range(day, day + 1)), theirs)
    ).rowcount
    if removed:
        rebuild_day(connection, day)
        raise_version(connection)
    return removed


def remove_names(connection: Connection, prefix: str, teams: Collection[str]) -> None:
    """Remove these users, and those of `teams` that nobody else belongs to or has used.

    Their ids may be given to others, so ids that writers remember become invalid.
    """
    with_usage = _not_among(app_user.c.id, user_daily_usage.c.user_id, pending_usage.c.user_id)
    connection.execute(delete(app_user).where(_named(prefix), *with_usage))
    unused = _not_among(
        team.c.id, app_user.c.team_id, model_daily_usage.c.team_id, pending_usage.c.team_id
    )
    connection.execute(delete(team).where(team.c.name.in_(teams), *unused))
    connection.execute(update(data_version).values(names_version=data_version.c.names_version + 1))
    raise_version(connection)


def _named(prefix: str) -> ColumnElement[bool]:
    return func.substr(app_user.c.name, 1, len(prefix)) == prefix


def _not_among(column: ColumnElement[int], *uses: ColumnElement[int]) -> list[ColumnElement[bool]]:
    return [column.not_in(select(use).where(use.is_not(None))) for use in uses]
