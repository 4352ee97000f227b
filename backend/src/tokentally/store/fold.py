"""The fold: moving pending rows into the rollups, in the caller's transaction."""

from functools import cache

from sqlalchemy import Connection, Insert, bindparam, delete, func, select, tuple_

from tokentally.models.core import SUMS, pending_usage
from tokentally.store.dialect import add_grouped
from tokentally.store.rollup_state import not_ready
from tokentally.store.rollups import ROLLUPS, Rollup, rows_of_pending, summed

FOLD_LIMIT = 50_000


def fold(connection: Connection, limit: int = FOLD_LIMIT) -> int:
    """Fold up to `limit` pending rows and return how many; nothing while a rollup is not ready.

    Needs the write lock. Rows are added in key order, rows that became all zero are dropped.
    """
    if not_ready(connection):
        return 0
    oldest = select(pending_usage.c.id).order_by(pending_usage.c.id).limit(limit).subquery()
    rows, last = connection.execute(select(func.count(), func.max(oldest.c.id))).one()
    if not rows:
        return 0
    taken = pending_usage.c.id <= last
    retracts = connection.execute(
        select(pending_usage.c.id).where(taken, pending_usage.c.requests < 0).limit(1)
    ).first()
    for rollup in ROLLUPS:
        _add(connection, rollup, last)
        if retracts:
            _drop_empty_rows(connection, rollup, last)
    connection.execute(delete(pending_usage).where(taken))
    return int(rows)


def _add(connection: Connection, rollup: Rollup, last: int) -> None:
    connection.execute(_addition(rollup), {"last": last})


@cache
def _addition(rollup: Rollup) -> Insert:
    taken = rows_of_pending(rollup).where(pending_usage.c.id <= bindparam("last"))
    return add_grouped(rollup.table, summed(rollup, taken), keys=rollup.keys, sums=SUMS)


def _drop_empty_rows(connection: Connection, rollup: Rollup, last: int) -> None:
    retracted = rows_of_pending(rollup).where(
        pending_usage.c.id <= last, pending_usage.c.requests < 0
    )
    keys = retracted.with_only_columns(*(retracted.selected_columns[k] for k in rollup.keys))
    own = tuple_(*(rollup.table.c[name] for name in rollup.keys))
    connection.execute(delete(rollup.table).where(rollup.table.c.requests == 0, own.in_(keys)))
