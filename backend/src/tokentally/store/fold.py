"""The fold: moving pending rows into the rollups, in the caller's transaction."""

from functools import cache
from typing import NamedTuple

from sqlalchemy import Connection, Insert, bindparam, delete, func, select, tuple_

from tokentally.models.core import SUMS, pending_usage
from tokentally.store.dialect import add_grouped
from tokentally.store.rollup_state import not_ready
from tokentally.store.rollups import ROLLUPS, Rollup, rows_of_pending, summed
from tokentally.store.schema import HEAD, revision

FOLD_LIMIT = 50_000


class Folded(NamedTuple):
    """How many pending rows were folded, and the receipt (seconds since 1970) of the oldest."""

    rows: int
    oldest_seconds: int


_NOTHING = Folded(0, 0)


def fold(connection: Connection, limit: int = FOLD_LIMIT) -> Folded:
    """Fold up to `limit` pending rows; nothing while a rollup is not ready, or if a newer version
    migrated the database: it may have rollups that are not known here.

    Needs an `exclusive` transaction: its rows stay the same, whoever adds some meanwhile. Rows are
    added in key order, rows that became all zero are dropped.
    """
    if not_ready(connection) or revision(connection) != HEAD:
        return _NOTHING
    first = select(pending_usage.c.id, pending_usage.c.received_seconds)
    first_rows = first.order_by(pending_usage.c.id).limit(limit).subquery()
    rows, last, oldest = connection.execute(
        select(func.count(), func.max(first_rows.c.id), func.min(first_rows.c.received_seconds))
    ).one()
    if not rows:
        return _NOTHING
    taken = pending_usage.c.id <= last
    retracts = connection.execute(
        select(pending_usage.c.id).where(taken, pending_usage.c.requests < 0).limit(1)
    ).first()
    for rollup in ROLLUPS:
        _add(connection, rollup, last)
        if retracts:
            _drop_empty_rows(connection, rollup, last)
    connection.execute(delete(pending_usage).where(taken))
    return Folded(rows, oldest)


def _add(connection: Connection, rollup: Rollup, last: int) -> None:
    connection.execute(_addition(connection.dialect.name, rollup), {"last": last})


@cache
def _addition(dialect: str, rollup: Rollup) -> Insert:
    taken = rows_of_pending(rollup).where(pending_usage.c.id <= bindparam("last"))
    return add_grouped(dialect, rollup.table, summed(rollup, taken), keys=rollup.keys, sums=SUMS)


def _drop_empty_rows(connection: Connection, rollup: Rollup, last: int) -> None:
    retracted = rows_of_pending(rollup).where(
        pending_usage.c.id <= last, pending_usage.c.requests < 0
    )
    keys = retracted.with_only_columns(*(retracted.selected_columns[k] for k in rollup.keys))
    own = tuple_(*(rollup.table.c[name] for name in rollup.keys))
    connection.execute(delete(rollup.table).where(rollup.table.c.requests == 0, own.in_(keys)))
