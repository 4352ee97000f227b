"""When each user's usage came in last: the newest acknowledged delivery, whatever its door.

One that brought nothing but duplicates counts, for their sender is up to date; one whose events
were all refused doesn't. The data version isn't raised for it: else every sender that repeats
itself would make all answers be worked out anew. So an answer that tells it must not be kept.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from tokentally.models.core import user_sync
from tokentally.store.dialect import keep_greatest


def note_syncs(connection: Connection, user_ids: Iterable[int], received_at: int) -> None:
    """Note that usage of these users came in at `received_at` (microseconds since 1970)."""
    rows = [(user_id, received_at) for user_id in sorted(set(user_ids))]
    if rows:
        keep_greatest(connection, user_sync, "user_id", "last_sync_at", rows)


def last_sync(connection: Connection, user_id: int) -> int | None:
    """When usage of the user came in last, in microseconds since 1970; None for never."""
    found: int | None = connection.execute(_last_sync(), {"user_id": user_id}).scalar()
    return found


@cache
def _last_sync() -> Select[Any]:
    return select(user_sync.c.last_sync_at).where(user_sync.c.user_id == bindparam("user_id"))
