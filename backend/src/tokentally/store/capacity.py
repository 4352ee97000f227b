"""Keeping every sum within 64 bits: an event that would carry a bucket past them is refused.

A UTC day holds at most 2^32 events (`event_ids`), so events whose numbers are all below 2^30 can
never fill half of a 64-bit sum. The other half is for large events: while all of those ever
accepted stay below it together, none needs a look at its bucket. Only past that (over 4 billion
USD, or 4 * 10^18 tokens) is the event's own bucket summed.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, select, union_all, update

from tokentally.days import QUARTERS_A_DAY
from tokentally.models.core import SUMS, data_version
from tokentally.store.rollups import MODEL_DAILY, rows_of_pending, rows_of_rollup

LARGE = 2**30
HALF = 2**62

REFUSED = "the sums of this day, team, source and model would exceed 64 bits"


def is_large(tokens: int, cost_nano_usd: int) -> bool:
    """Whether an event of so many tokens and such a cost needs `has_room`."""
    return tokens >= LARGE or cost_nano_usd >= LARGE


def has_room(connection: Connection, added: Mapping[str, int]) -> bool:
    """Whether a large increment (values by pending column) fits; it is counted as taken then."""
    weight = max(added[name] for name in SUMS)
    taken: int = connection.execute(select(data_version.c.large_total)).scalar_one()
    if taken + weight <= HALF:
        connection.execute(update(data_version).values(large_total=taken + weight))
        return True
    held = _bucket(connection, added)
    return all(held[name] + added[name] <= HALF for name in SUMS)


def _bucket(connection: Connection, added: Mapping[str, int]) -> dict[str, int]:
    day = added["quarter"] // QUARTERS_A_DAY
    days = range(day, day + 1)
    rows = union_all(rows_of_rollup(MODEL_DAILY, days), rows_of_pending(MODEL_DAILY, days))
    bucket = rows.subquery()
    statement: Any = select(*(func.sum(bucket.c[name]).label(name) for name in SUMS)).where(
        *(bucket.c[key] == added[key] for key in MODEL_DAILY.keys if key != "day")
    )
    sums = connection.execute(statement).mappings().one()
    return {name: sums[name] or 0 for name in SUMS}
