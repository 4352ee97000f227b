"""Row ids of events: the UTC day in the upper bits, a number within the day in the lower 32.

So the events of a day lie together in the table: rebuilding, verifying or dropping a day reads
only its own pages, and no index by time is needed.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from tokentally.models.core import token_event

_SHIFT = 32


def first_id(day: int) -> int:
    """The lowest id that an event of UTC day number `day` can have."""
    return day << _SHIFT


def day_of(row_id: int) -> int:
    """The UTC day number in an event's id."""
    return row_id >> _SHIFT


def next_ids(connection: Connection, days: Iterable[int]) -> dict[int, int]:
    """The first free id of each day; safe only under the write lock."""
    free = {}
    for day in days:
        ends = {"first": first_id(day), "last": first_id(day + 1) - 1}
        newest: int | None = connection.execute(_newest(), ends).scalar()
        free[day] = first_id(day) if newest is None else newest + 1
    return free


@cache
def _newest() -> Select[Any]:
    within = token_event.c.id.between(bindparam("first"), bindparam("last"))
    return select(func.max(token_event.c.id)).where(within)
