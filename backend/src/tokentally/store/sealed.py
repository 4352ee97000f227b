"""Sealed days: retention removes their raw events, so their rollups are final."""

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select

from tokentally.models.core import sealed_day, token_event
from tokentally.store.event_ids import first_id
from tokentally.store.locks import hold_deliveries
from tokentally.store.rollup_state import not_ready
from tokentally.store.version import raise_version

REASON = "day is sealed by retention"
"""Why an event of such a day is refused."""


def sealed_among(connection: Connection, days: Collection[int]) -> frozenset[int]:
    """Those of `days` (UTC day numbers) that are sealed."""
    if not days:
        return frozenset()
    ends = {"first": min(days), "last": max(days)}
    return frozenset(connection.execute(_between(), ends).scalars()).intersection(days)


@cache
def _between() -> Select[Any]:
    within = sealed_day.c.day.between(bindparam("first"), bindparam("last"))
    return select(sealed_day.c.day).where(within)


def seal_day(connection: Connection, day: int, *, sealed_at: int) -> bool:
    """Take no more events of a UTC day (its number); `sealed_at` is microseconds since 1970.

    False, and it isn't sealed, while a rollup is being built.
    """
    hold_deliveries(connection)
    if not_ready(connection):
        return False
    if not sealed_among(connection, [day]):
        connection.execute(insert(sealed_day).values(day=day, sealed_at=sealed_at))
        raise_version(connection)  # its events are listed no more
    return True


def remove_raw(connection: Connection, day: int, limit: int) -> int:
    """Remove up to `limit` raw events of a sealed day; returns how many."""
    of_day = token_event.c.id.between(first_id(day), first_id(day + 1) - 1)
    some = select(token_event.c.id).where(of_day).order_by(token_event.c.id).limit(limit)
    last: int | None = connection.execute(select(func.max(some.subquery().c.id))).scalar()
    if last is None:
        return 0
    return connection.execute(delete(token_event).where(of_day, token_event.c.id <= last)).rowcount
