"""The fold job: until nothing is pending, in transactions that leave room for others."""

from contextlib import suppress
from functools import partial

from sqlalchemy import Connection

from tokentally.api.backend import Backend
from tokentally.clock import microseconds
from tokentally.store.exclusive import RollupsBusy
from tokentally.store.fold import FOLD_LIMIT, fold
from tokentally.store.job_runs import record_run


def fold_pending(backend: Backend, limit: int = FOLD_LIMIT) -> int:
    """Fold all pending rows, `limit` a transaction; returns how many there were.

    What another process is folding, or rebuilding, is left to it.
    """
    folded, rows = 0, limit
    with suppress(RollupsBusy):
        while rows == limit:
            rows = backend.change_rollups(partial(_fold, backend=backend, limit=limit), wait=False)
            folded += rows
    return folded


def _fold(connection: Connection, backend: Backend, limit: int) -> int:
    started_at = microseconds(backend.clock())
    folded = fold(connection, limit)
    if folded.rows:
        record_run(
            connection,
            "fold",
            started_at=started_at,
            ended_at=microseconds(backend.clock()),
            rows=folded.rows,
            lag_micros=started_at - folded.oldest_seconds * 1_000_000,
        )
    return folded.rows
