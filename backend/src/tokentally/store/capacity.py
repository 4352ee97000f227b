"""Keeping every sum within 64 bits: an event that would carry a bucket past them is refused.

A UTC day holds at most 2^32 events (`event_ids`), so events whose numbers are all below 2^30 can
never fill half of a 64-bit sum. The other half is for large events: while all that were ever
delivered stay below it together, none needs a look at its bucket. Only past that (over 4 billion
USD, or 4 * 10^18 tokens) are the buckets of each further large event summed: those of the two
coarsest rollups, which every other is finer than. One of them has no days: the total of a person in
a team. Of small events alone it would take four billion at a billion tokens each to fill it.
"""

from sqlalchemy import Connection, RowMapping, func, select, union_all, update

from tokentally.models.core import SUMS, large_usage, token_event
from tokentally.store.rollups import (
    MODEL_DAILY,
    PEOPLE_TOTAL,
    Rollup,
    rows_of_events,
    rows_of_pending,
    rows_of_rollup,
)

LARGE = 2**30
HALF = 2**62

REFUSED = "a sum that it is part of would exceed 64 bits"
COSTLY = "the computed cost exceeds 1000000 USD"


def large_weight(tokens: int, cost_nano_usd: int) -> int:
    """What an event of so many tokens and such a cost takes of the half for large ones."""
    if tokens < LARGE and cost_nano_usd < LARGE:
        return 0
    return max(tokens, cost_nano_usd)


def take(connection: Connection, weight: int) -> bool:
    """Take `weight` of the half for large events.

    If that is more than is left, the answer is False, and so it stays: large events that were let
    in by a look at their bucket are not counted here. Writers of large events take turns here.
    """
    held = select(large_usage.c.total).with_for_update()
    taken: int = connection.execute(held).scalar_one()
    fits = taken + weight <= HALF
    total = taken + weight if fits else HALF
    if total != taken:
        connection.execute(update(large_usage).values(total=total))
    return fits


def is_used_up(connection: Connection) -> bool:
    """Whether nothing is left of the half for large events, so that buckets are looked at."""
    taken: int = connection.execute(select(large_usage.c.total)).scalar_one()
    return taken == HALF


def has_room(connection: Connection, event_id: int) -> bool:
    """Whether the event with this row id, stored but not pending yet, fits into its buckets."""
    return all(_fits(connection, rollup, event_id) for rollup in (MODEL_DAILY, PEOPLE_TOTAL))


def _fits(connection: Connection, rollup: Rollup, event_id: int) -> bool:
    rows = rows_of_events(rollup, token_event.c.id == event_id)
    added = connection.execute(rows).mappings().one()
    held = _bucket(connection, rollup, added)
    return all((held[name] or 0) + added[name] <= HALF for name in SUMS)


def _bucket(connection: Connection, rollup: Rollup, key: RowMapping) -> RowMapping:
    days = range(key["day"], key["day"] + 1) if "day" in rollup.keys else None
    rows = union_all(rows_of_rollup(rollup, days), rows_of_pending(rollup, days))
    bucket = rows.subquery()
    sums = select(*(func.sum(bucket.c[name]).label(name) for name in SUMS))
    own = (bucket.c[name] == key[name] for name in rollup.keys)
    return connection.execute(sums.where(*own)).mappings().one()
