"""Reading usage: rollup rows and what is not folded yet, in one snapshot."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, Subquery, func, select, union_all
from sqlalchemy.exc import DBAPIError

from tokentally.days import date_of
from tokentally.store.database import Database, StoreUnavailable, of_user
from tokentally.store.rollup_state import not_ready
from tokentally.store.rollups import (
    Rollup,
    events_in,
    rows_of_events,
    rows_of_pending,
    rows_of_rollup,
)
from tokentally.store.sealed import sealed_among

Answer = TypeVar("Answer")

Derived = Mapping[str, Callable[[Subquery], ColumnElement[Any]]]
"""Further keys to group by, each made of those that the rows have."""

_NONE_DERIVED: Derived = MappingProxyType({})
_DAYS_NAMED = 5


class SealedDaysLost(StoreUnavailable):
    """A rollup is missing, and for some of the days asked for nothing can take its place."""

    def __init__(self, rollup: str, days: Collection[int]) -> None:
        named = [date_of(day).isoformat() for day in sorted(days)]
        more = [f"{len(named) - _DAYS_NAMED} more"] if len(named) > _DAYS_NAMED else []
        super().__init__(
            f"{rollup} is missing, and retention removed the events of "
            f"{', '.join(named[:_DAYS_NAMED] + more)}"
        )


@dataclass(frozen=True)
class Snapshot:
    """One consistent state of the database, and the rollups that can't be read in it."""

    connection: Connection
    building: frozenset[str]
    read_raw: set[str] = field(default_factory=set)
    """Names of the rollups that raw events stood in for."""

    def sums(
        self,
        rollup: Rollup,
        days: range,
        *,
        by: Sequence[str],
        of: Sequence[str],
        where: Callable[[Subquery], list[ColumnElement[bool]]] = lambda _: [],
    ) -> Subquery:
        """The columns `of` added up for each `by` over `days`, pending rows included.

        `where` gives conditions on the keys. While the rollup is being built its place is taken by
        the raw events: the same sums, more slowly. The sums may be text if they exceed 64 bits.
        """
        return added_up(self.parts(rollup, days), by=by, of=of, where=where)

    def parts(self, rollup: Rollup, days: range) -> list[Select[Any]]:
        """The rollup's rows of `days` and its pending ones, or the raw events in their place."""
        if self.must_read_raw(rollup, days):
            return [rows_of_events(rollup, events_in(days))]
        return [rows_of_rollup(rollup, days), rows_of_pending(rollup, days)]

    def must_read_raw(self, rollup: Rollup, days: range) -> bool:
        """Whether raw events must stand in for the rollup; raises `SealedDaysLost`."""
        if rollup.name not in self.building:
            return False
        if sealed := sealed_among(self.connection, days):
            raise SealedDaysLost(rollup.name, sealed)
        self.read_raw.add(rollup.name)
        return True


def added_up(
    parts: Sequence[Select[Any]],
    *,
    by: Sequence[str],
    of: Sequence[str],
    where: Callable[[Subquery], list[ColumnElement[bool]]] = lambda _: [],
    derived: Derived = _NONE_DERIVED,
) -> Subquery:
    """The columns `of` of all `parts` added up for each `by`: their keys, or those `derived`."""
    grouped = [_grouped(rows.subquery(), by, of, where, derived) for rows in parts]
    return _grouped(union_all(*grouped).subquery(), by, of).subquery()


def _grouped(
    rows: Subquery,
    by: Sequence[str],
    of: Sequence[str],
    where: Callable[[Subquery], list[ColumnElement[bool]]] = lambda _: [],
    derived: Derived = _NONE_DERIVED,
) -> Select[Any]:
    keys = [derived[name](rows).label(name) if name in derived else rows.c[name] for name in by]
    totals = [func.sum(rows.c[name]).label(name) for name in of]
    return select(*keys, *totals).where(*where(rows)).group_by(*keys)


@contextmanager
def snapshot(
    database: Database, *, wide: bool = False, user_id: int | None = None
) -> Iterator[Snapshot]:
    """A snapshot of what is committed now; `wide` adds up past 64 bits, more slowly.

    With `user_id` the database shows no rows of others, if it can (`of_user`).
    """
    engine = database.wide_readers if wide else database.readers
    own = engine if user_id is None else of_user(engine, user_id)
    with own.connect() as connection:
        yield Snapshot(connection, not_ready(connection))


def read(
    database: Database, query: Callable[[Snapshot], Answer], *, user_id: int | None = None
) -> Answer:
    """What `query` answers from one `snapshot`, sums past 64 bits included."""

    def ask(*, wide: bool) -> Answer:
        with snapshot(database, wide=wide, user_id=user_id) as now:
            return query(now)

    try:
        return ask(wide=False)
    except DBAPIError as error:
        wide = "integer overflow" in str(error.orig)  # SQLite
        if not (wide or error.connection_invalidated or _lost_a_table(error)):
            raise
    return ask(wide=wide)


def _lost_a_table(error: DBAPIError) -> bool:
    """Whether PostgreSQL misses a table: one that was there when the snapshot was looked at."""
    return getattr(error.orig, "sqlstate", None) == "42P01"
