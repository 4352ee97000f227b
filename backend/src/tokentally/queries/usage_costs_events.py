"""A user's events, newest first, a page at a time.

How many events a day has is known from the rollup, so a page is found without passing over those
before it: only the days that it lies in are read, however deep it is.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate
from typing import Any

from sqlalchemy import or_, select

from tokentally.clock import rfc3339
from tokentally.models.core import model, source, token_event
from tokentally.models.event import CostSource
from tokentally.pricing.money import rounded_usd
from tokentally.queries.usage_costs_own import Number, Own, Range, belongs, own_sums, range_of
from tokentally.queries.usage_costs_summary import Summary, summary
from tokentally.store.rollups import events_in
from tokentally.store.sealed import sealed_among
from tokentally.store.usage import Snapshot

_COUNTS = (
    "input_tokens",
    "cached_input_tokens",
    "cache_write_tokens",
    "cache_write_1h_tokens",
    "output_tokens",
    "reasoning_output_tokens",
)


@dataclass(frozen=True)
class UsageEvent:
    """An event. `id` stays the same whatever becomes of it; `cost_usd` (6 decimals) is null while
    no price is known; `cost_source` is `reported`, `computed` or `unpriced`.
    """

    id: str
    occurred_at: str
    source: str
    model: str
    input_tokens: int
    cached_input_tokens: int
    cache_write_tokens: int
    cache_write_1h_tokens: int
    output_tokens: int
    reasoning_output_tokens: int
    total_tokens: int
    cost_usd: Number | None
    cost_source: str


@dataclass(frozen=True)
class Page:
    """Which page to show (from 1), and of how many events."""

    number: int
    size: int


@dataclass(frozen=True)
class Pagination:
    """Where a page stands; `total` counts the events that can be listed."""

    page: int
    page_size: int
    total: int
    total_pages: int


@dataclass(frozen=True)
class UsageEvents:
    """What `/api/usage/costs` answers. The summary is of the whole range; events of sealed days are
    in it, and neither listed nor counted in `pagination`.
    """

    items: list[UsageEvent]
    pagination: Pagination
    summary: Summary
    range: Range


def usage_events(now: Snapshot, own: Own, page: Page) -> UsageEvents:
    """A page of events, empty past the last one."""
    counts = _counts(now, own)
    total = sum(counts.values())
    pagination = Pagination(page.number, page.size, total, max(1, -(-total // page.size)))
    return UsageEvents(_items(now, own, page, counts), pagination, summary(now, own), range_of(own))


def _counts(now: Snapshot, own: Own) -> dict[int, int]:
    """How many events can be listed, by day, newest first: those of sealed days are gone."""
    sealed = sealed_among(now.connection, own.days.numbers)
    rows = {row.day: int(row.requests) for row in own_sums(now, own, by=("day",), of=("requests",))}
    return {day: rows[day] for day in sorted(rows.keys() - sealed, reverse=True)}


def _items(now: Snapshot, own: Own, page: Page, counts: dict[int, int]) -> list[UsageEvent]:
    offset = (page.number - 1) * page.size
    ends = list(accumulate(counts.values()))
    first, last = bisect_right(ends, offset), bisect_left(ends, offset + page.size)
    days = list(counts)[first : last + 1]
    if not days:
        return []
    before = ends[first - 1] if first else 0
    return _events(now, own, days, limit=page.size, offset=offset - before)


def _events(
    now: Snapshot, own: Own, days: list[int], *, limit: int, offset: int
) -> list[UsageEvent]:
    """Events of `days`; those of one instant are in the order of their identity."""
    event = token_event
    names = (source.c.name.label("source"), model.c.name.label("model"))
    statement = (
        select(event, *names)
        .join(source, source.c.id == event.c.source_id)
        .join(model, model.c.id == event.c.model_id)
        .where(*belongs(event, own), or_(*(events_in(range(day, day + 1)) for day in days)))
        .order_by(event.c.occurred_at.desc(), source.c.name, event.c.event_key)
        .limit(limit)
        .offset(offset)
    )
    return [_shown(row) for row in now.connection.execute(statement)]


def _shown(row: Any) -> UsageEvent:
    identity = row.source.encode() + b"\0" + row.event_key
    unpriced = row.cost_source == CostSource.unpriced
    return UsageEvent(
        id=sha256(identity).hexdigest()[:32],
        occurred_at=rfc3339(row.occurred_at),
        source=row.source,
        model=row.model,
        **{name: getattr(row, name) for name in _COUNTS},
        total_tokens=row.input_tokens + row.output_tokens,
        cost_usd=None if unpriced else rounded_usd(row.cost_nano_usd),
        cost_source=CostSource(row.cost_source).name,
    )
