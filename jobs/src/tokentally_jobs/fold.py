"""The fold job: until nothing is pending, in transactions that leave room for others."""

from sqlalchemy import Connection

from tokentally.api.backend import Backend
from tokentally.clock import microseconds
from tokentally.store.fold import FOLD_LIMIT, fold
from tokentally.store.job_runs import record_run


def fold_pending(backend: Backend, limit: int = FOLD_LIMIT) -> int:
    """Fold all pending rows, `limit` a transaction; returns how many there were."""
    folded = 0
    while rows := backend.writer.run(lambda connection: _fold(connection, backend, limit)).result():
        folded += rows
        if rows < limit:
            break
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
