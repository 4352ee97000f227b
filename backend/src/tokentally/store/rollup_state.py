"""Which rollups may be read: one is `ready`, or it is `building` (or its table is missing)."""

from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, select, update

from tokentally.models.core import rollup_state
from tokentally.store.dialect import names_of_tables
from tokentally.store.rollups import ROLLUPS

READY = "ready"
BUILDING = "building"


def not_ready(connection: Connection) -> frozenset[str]:
    """Names of the rollups that answers must not be read from."""
    return frozenset(connection.execute(_unusable()).scalars())


@cache
def _unusable() -> Select[Any]:
    return select(rollup_state.c.name).where(
        (rollup_state.c.state != READY) | rollup_state.c.name.not_in(names_of_tables())
    )


def start_building(connection: Connection, names: frozenset[str]) -> None:
    """Mark rollups as building, and make the tables of those that have none."""
    connection.execute(
        update(rollup_state).where(rollup_state.c.name.in_(names)).values(state=BUILDING)
    )
    for rollup in ROLLUPS:
        if rollup.name in names:
            rollup.table.create(connection, checkfirst=True)


def mark_ready(connection: Connection, names: frozenset[str]) -> None:
    """Let answers be read from these rollups again."""
    connection.execute(
        update(rollup_state).where(rollup_state.c.name.in_(names)).values(state=READY)
    )
