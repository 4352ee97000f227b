"""Cumulative counters: how far each was counted, so that a reading counts only what is new.

A reading is what a counter shows at a time. It may come twice, late, or lower than before, for the
counter began anew: then all of it is new.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, select

from tokentally.models.core import metric_stream
from tokentally.models.event import Event
from tokentally.store.dialect import insert_rows, put_rows

_LOOKED_UP_AT_ONCE = 500


class Reading(NamedTuple):
    """What the counter called `key` (16 bytes) shows at `at`, microseconds since 1970.

    `fields` of an event hold it.
    """

    key: bytes
    at: int
    value: int
    fields: tuple[str, ...]


class _Shown(NamedTuple):
    at: int
    value: int


_NOTHING = _Shown(0, 0)


def count_new(
    connection: Connection, events: Sequence[Event], readings: Sequence[Sequence[Reading]]
) -> list[Event | None]:
    """Each event without what was counted before of its readings; None if that leaves nothing.

    The readings count as counted from now on, in the caller's transaction.
    """
    known = _known(connection, {reading.key for each in readings for reading in each})
    before = dict(known)
    counted = [
        _without(event, known, own) if own else event
        for event, own in zip(events, readings, strict=True)
    ]
    changed = [key for key in sorted(known) if known[key] != before[key]]
    if changed:
        rows: list[dict[str, object]] = [{"key": key, **known[key]._asdict()} for key in changed]
        put_rows(connection, metric_stream, rows, keys=("key",))
    return counted


def _known(connection: Connection, keys: Iterable[bytes]) -> dict[bytes, _Shown]:
    """What each counter showed last. Its row is made first, and held until the commit."""
    ordered = sorted(keys)
    if not ordered:
        return {}
    rows = [(key, *_NOTHING) for key in ordered]
    insert_rows(connection, metric_stream, ("key", "at", "value"), rows, identity=["key"])
    columns = select(metric_stream.c.key, metric_stream.c.at, metric_stream.c.value)
    known = {}
    for start in range(0, len(ordered), _LOOKED_UP_AT_ONCE):
        some = ordered[start : start + _LOOKED_UP_AT_ONCE]
        asked = columns.where(metric_stream.c.key.in_(some)).order_by(metric_stream.c.key)
        for key, at, value in connection.execute(asked.with_for_update()):
            known[bytes(key)] = _Shown(at, value)
    return known


def _without(event: Event, known: dict[bytes, _Shown], readings: Iterable[Reading]) -> Event | None:
    changes = {name: getattr(event, name) for reading in readings for name in reading.fields}
    for reading in readings:
        counted = _counted_before(reading, known[reading.key])
        if counted < reading.value or reading.at > known[reading.key].at:
            at = max(reading.at, known[reading.key].at)
            known[reading.key] = _Shown(at, reading.value)
        for name in reading.fields:
            changes[name] -= counted
    left = msgspec.structs.replace(event, **changes)
    return left if left.input_tokens or left.output_tokens or left.reported_cost else None


def _counted_before(reading: Reading, shown: _Shown) -> int:
    """How much of a reading was counted: all of a late one, nothing of a counter begun anew.

    A late one that is higher comes again from before the counter began anew.
    """
    if reading.at < shown.at:
        return reading.value
    if reading.value >= shown.value:
        return shown.value
    return reading.value if reading.at == shown.at else 0
