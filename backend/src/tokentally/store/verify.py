"""Checking that every rollup, with its pending rows, equals the sum of the raw events.

All rollups are compared with the same events, so a day equals its quarters and the organisation
its users as soon as each equals them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Select, union_all

from tokentally.days import date_of
from tokentally.models.core import SUMS
from tokentally.store.rollup_state import not_ready
from tokentally.store.rollups import (
    ROLLUPS,
    Rollup,
    events_in,
    rows_of_events,
    rows_of_pending,
    rows_of_rollup,
    summed,
)

Key = tuple[int, ...]
Numbers = tuple[int, ...]

_NOTHING: Numbers = (0,) * len(SUMS)


@dataclass(frozen=True)
class Difference:
    """A number that is not what it must be: its table, UTC day, group (ids) and column."""

    table: str
    day: str
    group: dict[str, int]
    column: str
    raw: int
    rollup: int

    def __str__(self) -> str:
        group = " ".join(f"{key}={value}" for key, value in self.group.items())
        return (
            f"{self.day} {self.table} {group}: {self.column} is {self.rollup}, "
            f"and {self.raw} in the events"
        )


def differences(connection: Connection, day: int) -> Iterator[Difference]:
    """Where a rollup with its pending rows is not the sum of the day's events; none if exact.

    `connection` must hold one snapshot. Rollups that are being built are passed over.
    """
    days = range(day, day + 1)
    building = not_ready(connection)
    for rollup in ROLLUPS:
        if rollup.name not in building:
            yield from _compare(connection, rollup, days)


def _compare(connection: Connection, rollup: Rollup, days: range) -> Iterator[Difference]:
    kept = union_all(rows_of_rollup(rollup, days), rows_of_pending(rollup, days))
    in_rollup = _sums(connection, rollup, kept)
    in_events = _sums(connection, rollup, rows_of_events(rollup, events_in(days)))
    for key in sorted(in_rollup.keys() | in_events.keys()):
        raw, found = in_events.get(key, _NOTHING), in_rollup.get(key, _NOTHING)
        group = {k: v for k, v in zip(rollup.keys, key, strict=True) if k != "day"}
        for column, expected, number in zip(SUMS, raw, found, strict=True):
            if expected != number:
                name = date_of(days.start).isoformat()
                yield Difference(rollup.name, name, group, column, expected, number)


def _sums(
    connection: Connection, rollup: Rollup, rows: Select[Any] | CompoundSelect[Any]
) -> dict[Key, Numbers]:
    width = len(rollup.keys)
    summed_rows = connection.execute(summed(rollup, rows))
    return {tuple(row[:width]): tuple(row[width:]) for row in summed_rows}
