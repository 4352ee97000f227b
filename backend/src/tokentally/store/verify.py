"""Checking that rollups are exact, from one pass over a day's raw events.

The finest rollup, with its pending rows, is compared with the events, and the coarser ones with
it: a day must equal its quarters, and the organisation its users. Of a sealed day, whose events
are gone, only the rollups are compared with each other. The totals of people, which have no days,
are compared with the sums of theirs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Select, func, literal, or_, select, union_all

from tokentally.days import date_of
from tokentally.models.core import SUMS
from tokentally.store.rollup_state import not_ready
from tokentally.store.rollups import (
    OF_DAYS,
    PEOPLE_DAILY,
    PEOPLE_TOTAL,
    Rollup,
    events_in,
    rows_of_events,
    rows_of_finer,
    rows_of_pending,
    rows_of_rollup,
    summed,
)
from tokentally.store.sealed import sealed_among

Rows = Select[Any] | CompoundSelect[Any]


@dataclass(frozen=True)
class Difference:
    """A number that is not what it must be: its table, UTC day or `total`, group (ids) and column.

    `expected` is what `source`, the events or a finer rollup, comes to.
    """

    table: str
    day: str
    group: dict[str, int]
    column: str
    source: str
    expected: int
    found: int

    def __str__(self) -> str:
        group = " ".join(f"{key}={value}" for key, value in self.group.items())
        return (
            f"{self.day} {self.table} {group}: {self.column} is {self.found}, "
            f"and {self.expected} in {self.source}"
        )


def differences(connection: Connection, day: int) -> Iterator[Difference]:
    """Where a rollup of the day is not the sum of what it is made from; none if all is exact.

    `connection` must hold one snapshot. Rollups that are being built are passed over.
    """
    days, name = range(day, day + 1), date_of(day).isoformat()
    building = not_ready(connection)
    finest: Rollup | None = None
    for rollup in OF_DAYS:
        if rollup.name in building:
            continue
        if finest:
            found, expected = rows_of_rollup(rollup, days), rows_of_finer(rollup, finest, days)
            yield from _compare(connection, rollup, name, (found, expected), finest.name)
        elif not sealed_among(connection, days):
            kept = union_all(rows_of_rollup(rollup, days), rows_of_pending(rollup, days))
            events = rows_of_events(rollup, events_in(days))
            yield from _compare(connection, rollup, name, (kept, events), "the events")
        finest = finest or rollup


def differences_of_totals(connection: Connection) -> Iterator[Difference]:
    """Where the total of a person is not the sum of their days; `connection` as above."""
    if PEOPLE_TOTAL.name not in not_ready(connection):
        sides = rows_of_rollup(PEOPLE_TOTAL), rows_of_rollup(PEOPLE_DAILY)
        yield from _compare(connection, PEOPLE_TOTAL, "total", sides, PEOPLE_DAILY.name)


def _compare(
    connection: Connection, rollup: Rollup, day: str, sides: tuple[Rows, Rows], source: str
) -> Iterator[Difference]:
    for row in connection.execute(_unequal(rollup, *sides)).mappings():
        group = {key: row[key] for key in rollup.keys if key != "day"}
        for column in SUMS:
            found, expected = int(row[f"found_{column}"]), int(row[f"expected_{column}"])
            if found != expected:
                yield Difference(rollup.name, day, group, column, source, expected, found)


def _unequal(rollup: Rollup, found: Rows, expected: Rows) -> Select[Any]:
    """The groups whose sums on both sides differ, with both, in key order."""
    sides = union_all(_side(rollup, found, found=1), _side(rollup, expected, found=0)).subquery()
    keys = [sides.c[name] for name in rollup.keys]
    on_side = {
        f"{name}_{column}": func.sum(sides.c[column] * weight)
        for name, weight in (("found", sides.c.found), ("expected", 1 - sides.c.found))
        for column in SUMS
    }
    unequal = [on_side[f"found_{column}"] != on_side[f"expected_{column}"] for column in SUMS]
    labelled = (total.label(name) for name, total in on_side.items())
    return select(*keys, *labelled).group_by(*keys).having(or_(*unequal)).order_by(*keys)


def _side(rollup: Rollup, rows: Rows, *, found: int) -> Select[Any]:
    return summed(rollup, rows).order_by(None).add_columns(literal(found).label("found"))
