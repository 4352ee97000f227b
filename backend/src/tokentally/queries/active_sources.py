"""Which sources sent calls of late, and which of them seem to report the same calls."""

from typing import Any, NamedTuple

from sqlalchemy import Select, case, func, select

from tokentally.days import DAY_MICROS
from tokentally.models.core import source, token_event
from tokentally.store.rollups import events_in
from tokentally.store.usage import Snapshot

LEAST_TOKENS = 500
"""Of smaller calls many have the same counts by chance."""

_KEYS = ("day", "input", "cached", "output")


class ActiveSource(NamedTuple):
    """A source: how many calls it reported, and when the last was (microseconds since 1970)."""

    name: str
    events: int
    last_at: int


class Alike(NamedTuple):
    """Two sources, by name, and how many calls of the one have the counts of a call of the other.

    A call has one partner at most. The two may be one source, whose calls came twice.
    """

    source: str
    other: str
    calls: int


def active_sources(now: Snapshot, days: range) -> list[ActiveSource]:
    """The sources of calls in `days` (day numbers), by name. Reads the raw events of the days."""
    rows = now.connection.execute(
        select(source.c.name, func.count(), func.max(token_event.c.occurred_at))
        .join(token_event, token_event.c.source_id == source.c.id)
        .where(events_in(days))
        .group_by(source.c.name)
        .order_by(source.c.name)
    )
    return [ActiveSource(name, n, last) for name, n, last in rows]


def calls_alike(now: Snapshot, days: range) -> list[Alike]:
    """Pairs of sources with calls of one day that agree in every count, most of them first.

    Neither user nor model has to agree: two doors may name both in their own ways.
    """
    one, other = _alike(days).alias("one"), _alike(days).alias("other")
    fewer = case((one.c.calls < other.c.calls, one.c.calls), else_=other.c.calls)
    partners = case((one.c.name == other.c.name, one.c.calls // 2), else_=fewer)
    total = func.sum(partners)
    rows = now.connection.execute(
        select(one.c.name, other.c.name, total)
        .join(other, one.c.name <= other.c.name)
        .where(*(one.c[key] == other.c[key] for key in _KEYS))
        .group_by(one.c.name, other.c.name)
        .having(total > 0)
        .order_by(total.desc(), one.c.name, other.c.name)
    )
    return [Alike(name, other_name, int(calls)) for name, other_name, calls in rows]


def _alike(days: range) -> Select[Any]:
    """How many calls of a day and source have the same counts."""
    event = token_event.c
    keys = {
        "day": event.occurred_at // DAY_MICROS,
        "input": event.input_tokens,
        "cached": event.cached_input_tokens,
        "output": event.output_tokens,
    }
    return (
        select(
            source.c.name,
            *(column.label(key) for key, column in keys.items()),
            func.count().label("calls"),
        )
        .join(source, source.c.id == event.source_id)
        .where(events_in(days), event.input_tokens + event.output_tokens >= LEAST_TOKENS)
        .group_by(source.c.name, *keys.values())
    )
