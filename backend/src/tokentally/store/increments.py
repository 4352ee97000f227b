"""What stored events add to the rollups, as pending rows in the caller's transaction."""

from functools import cache

from sqlalchemy import Connection, Insert, bindparam, insert

from tokentally.models.columns import Int64
from tokentally.models.core import SUMS, pending_usage, token_event
from tokentally.store.dialect import is_among
from tokentally.store.rollups import USER_QUARTER, rows_of_events, summed


def add_pending(
    connection: Connection, ids: list[int], received_seconds: int, sign: int = 1
) -> None:
    """Add (or with -1 take back) what the stored events with these row ids add to the rollups."""
    connection.execute(_increments(sign), {"ids": ids, "received": received_seconds})


@cache
def _increments(sign: int) -> Insert:
    rows = rows_of_events(USER_QUARTER, is_among(token_event.c.id, "ids"))
    increments = summed(USER_QUARTER, rows, sign)
    received = bindparam("received", type_=Int64)
    columns = [*USER_QUARTER.keys, *SUMS, "received_seconds"]
    return insert(pending_usage).from_select(columns, increments.add_columns(received))
