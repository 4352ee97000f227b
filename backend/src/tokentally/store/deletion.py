"""Deleting users with all that they used, a UTC day a transaction; exact while others write."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, func, select, union, update

from tokentally.days import QUARTERS_A_DAY
from tokentally.models.core import (
    SUMS,
    api_key,
    app_user,
    data_version,
    model_daily_usage,
    pending_usage,
    people_daily_usage,
    team,
    token_event,
    user_daily_usage,
    user_quarter_usage,
    user_sync,
)
from tokentally.store.database import StoreUnavailable
from tokentally.store.dialect import add_grouped
from tokentally.store.locks import hold_deliveries, wait_for_turn
from tokentally.store.rollup_state import not_ready
from tokentally.store.rollups import (
    MODEL_DAILY,
    PEOPLE_DAILY,
    PEOPLE_TOTAL,
    USER_DAILY,
    USER_QUARTER,
    Rollup,
    during,
    events_in,
    quarters_in,
    rows_of_finer,
    summed,
)
from tokentally.store.totals import drop_empty_totals
from tokentally.store.version import raise_version

Users = Select[int]
"""A statement for the ids of users."""


def named(name: str) -> Users:
    """The user of this name."""
    return select(app_user.c.id).where(app_user.c.name == name)


def named_from(prefix: str) -> Users:
    """The users whose names begin with `prefix`."""
    return select(app_user.c.id).where(func.substr(app_user.c.name, 1, len(prefix)) == prefix)


def shut_out(connection: Connection, users: Users) -> None:
    """Let these users in no more."""
    connection.execute(update(app_user).where(app_user.c.id.in_(users)).values(disabled=1))
    raise_version(connection)


def have_usage(connection: Connection, users: Users) -> bool:
    """Whether these users have usage that is folded."""
    usage = select(user_daily_usage.c.day).where(user_daily_usage.c.user_id.in_(users))
    return connection.execute(usage.limit(1)).first() is not None


def days_used(connection: Connection, users: Users) -> list[int]:
    """The UTC day numbers on which these users have usage, folded or not, ascending."""
    quarters = (
        select(table.c.quarter // QUARTERS_A_DAY).where(table.c.user_id.in_(users))
        for table in (user_quarter_usage, pending_usage)
    )
    return sorted(connection.execute(union(*quarters)).scalars())


def remove_day(connection: Connection, day: int, users: Users) -> int:
    """Remove what these users did on a UTC day (its number); returns how many events that were.

    Needs an `exclusive` transaction. What is folded of theirs is taken off the organisation's
    rollup and off their totals; their own rows and events are deleted. Answers change, so
    `raise_version` must follow, in a transaction of its own: every delivery changes that row, and
    would undo this one.
    """
    days = range(day, day + 1)
    if not_ready(connection):
        raise StoreUnavailable("a rollup is being rebuilt; try again when it is ready")
    for rollup in (MODEL_DAILY, PEOPLE_TOTAL):
        folded = rows_of_finer(rollup, USER_DAILY, days)
        folded = folded.where(user_daily_usage.c.user_id.in_(users))
        _take_off(connection, rollup, folded)
    empty = during(MODEL_DAILY, days) & (model_daily_usage.c.requests == 0)
    connection.execute(delete(model_daily_usage).where(empty))
    drop_empty_totals(connection)
    for table, within in (
        (user_daily_usage, during(USER_DAILY, days)),
        (people_daily_usage, during(PEOPLE_DAILY, days)),
        (user_quarter_usage, during(USER_QUARTER, days)),
        (pending_usage, quarters_in(days)),
    ):
        connection.execute(delete(table).where(within, table.c.user_id.in_(users)))
    theirs = token_event.c.user_id.in_(users)
    return connection.execute(delete(token_event).where(events_in(days), theirs)).rowcount


def _take_off(connection: Connection, rollup: Rollup, rows: Select[Any]) -> None:
    taken = summed(rollup, rows, sign=-1)
    dialect = connection.dialect.name
    connection.execute(add_grouped(dialect, rollup.table, taken, keys=rollup.keys, sums=SUMS))


def remove_names(connection: Connection, users: Users, teams: Collection[str] = ()) -> int:
    """Remove these users, and those of `teams` that nobody else belongs to or has used.

    What came in for them meanwhile goes with them; returns how many events that were. Their ids may
    be given to others, so ids that writers remember become invalid.
    """
    wait_for_turn(connection)  # first: nobody should wait for deliveries that wait for this
    hold_deliveries(connection)
    removed = sum(remove_day(connection, day, users) for day in days_used(connection, users))
    for table in (api_key, user_sync):
        connection.execute(delete(table).where(table.c.user_id.in_(users)))
    connection.execute(delete(app_user).where(app_user.c.id.in_(users)))
    unused = _not_among(
        team.c.id, app_user.c.team_id, model_daily_usage.c.team_id, pending_usage.c.team_id
    )
    connection.execute(delete(team).where(team.c.name.in_(teams), *unused))
    connection.execute(update(data_version).values(names_version=data_version.c.names_version + 1))
    raise_version(connection)
    return removed


def _not_among(column: ColumnElement[int], *uses: ColumnElement[int]) -> list[ColumnElement[bool]]:
    return [column.not_in(select(use).where(use.is_not(None))) for use in uses]
