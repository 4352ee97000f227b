"""Sealed days: retention removed their raw events, so their rollups are final."""

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from tokentally.models.core import sealed_day

REASON = "day is sealed by retention"


def sealed_among(connection: Connection, days: Collection[int]) -> frozenset[int]:
    """Those of `days` (UTC day numbers) that are sealed."""
    if not days:
        return frozenset()
    ends = {"first": min(days), "last": max(days)}
    return frozenset(connection.execute(_between(), ends).scalars()).intersection(days)


@cache
def _between() -> Select[Any]:
    within = sealed_day.c.day.between(bindparam("first"), bindparam("last"))
    return select(sealed_day.c.day).where(within)
