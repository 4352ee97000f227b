"""Row ids of events: the UTC day in the upper bits, a number within the day in the lower 32.

So the events of a day lie together in the table: rebuilding, verifying or dropping a day reads
only its own pages, and no index by time is needed.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import count
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from tokentally.models.core import token_event
from tokentally.store.dialect import is_postgresql, take_numbers

_SHIFT = 32


def first_id(day: int) -> int:
    """The lowest id that an event of UTC day number `day` can have."""
    return day << _SHIFT


def day_of(row_id: int) -> int:
    """The UTC day number in an event's id."""
    return row_id >> _SHIFT


def free_ids(connection: Connection, days: Sequence[int]) -> list[int]:
    """A free row id for an event of each of `days` (UTC day numbers), in their order.

    SQLite's writers take turns, so the numbers of a day go on after its newest. PostgreSQL's write
    at the same time and take them from one sequence, which begins anew after 2^32.
    """
    if is_postgresql(connection):
        numbers = take_numbers(connection, "token_event_id_seq", len(days))
        return [
            first_id(day) + number % (1 << _SHIFT)
            for day, number in zip(days, numbers, strict=True)
        ]
    free = {day: _after_newest(connection, day) for day in sorted(set(days))}
    return [next(free[day]) for day in days]


def _after_newest(connection: Connection, day: int) -> Iterator[int]:
    ends = {"first": first_id(day), "last": first_id(day + 1) - 1}
    newest: int | None = connection.execute(_newest(), ends).scalar()
    return count(first_id(day) if newest is None else newest + 1)


@cache
def _newest() -> Select[Any]:
    within = token_event.c.id.between(bindparam("first"), bindparam("last"))
    return select(func.max(token_event.c.id)).where(within)
