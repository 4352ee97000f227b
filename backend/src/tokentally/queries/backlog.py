"""Rows that are stored and counted, but not folded yet."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from tokentally.clock import microseconds
from tokentally.models.core import pending_usage

_ROWS_THAT_MAY_BE_OUT_OF_ORDER = 1_000


def pending_rows(connection: Connection) -> int:
    """How many rows are pending."""
    return connection.execute(select(func.count()).select_from(pending_usage)).scalar_one()


def seconds_waited(connection: Connection, now: datetime) -> float:
    """How long the oldest pending row has waited; 0 if none is pending.

    Ids rise with the time of receipt, give or take what concurrent writers do.
    """
    first = select(pending_usage.c.received_seconds).order_by(pending_usage.c.id)
    oldest_rows = first.limit(_ROWS_THAT_MAY_BE_OUT_OF_ORDER).subquery()
    oldest = connection.execute(select(func.min(oldest_rows.c.received_seconds))).scalar()
    return 0.0 if oldest is None else max(0.0, microseconds(now) / 1_000_000 - oldest)
