"""Which rollups may be read: one is `ready`, or it is `building` (or its table is missing).

The totals of people are made of their days, all at once: they are not ready while those aren't, and
made when they become so.
"""

from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, select, update

from tokentally.models.core import rollup_state
from tokentally.store.dialect import names_of_tables
from tokentally.store.rollups import PEOPLE_DAILY, PEOPLE_TOTAL, ROLLUPS
from tokentally.store.row_security import suit_rollup
from tokentally.store.totals import make_totals
from tokentally.store.version import raise_version

READY = "ready"
BUILDING = "building"


def not_ready(connection: Connection) -> frozenset[str]:
    """Names of the rollups that answers must not be read from."""
    return _with_totals(frozenset(connection.execute(_unusable(connection.dialect.name)).scalars()))


@cache
def _unusable(dialect: str) -> Select[Any]:
    return select(rollup_state.c.name).where(
        (rollup_state.c.state != READY) | rollup_state.c.name.not_in(names_of_tables(dialect))
    )


def start_building(connection: Connection, names: frozenset[str]) -> None:
    """Mark rollups as building, and make the tables of those that have none."""
    names = _with_totals(names)
    _set_state(connection, names, BUILDING)
    existing = set(connection.execute(names_of_tables(connection.dialect.name)).scalars())
    for rollup in ROLLUPS:
        if rollup.name in names - existing:
            rollup.table.create(connection)
            suit_rollup(connection, rollup.table)


def mark_ready(connection: Connection, names: frozenset[str]) -> None:
    """Let answers be read from these rollups again; needs an `exclusive` transaction."""
    names = _with_totals(names)
    if PEOPLE_TOTAL.name in names:
        make_totals(connection)
    _set_state(connection, names, READY)


def _with_totals(names: frozenset[str]) -> frozenset[str]:
    return names | {PEOPLE_TOTAL.name} if PEOPLE_DAILY.name in names else names


def _set_state(connection: Connection, names: frozenset[str], state: str) -> None:
    """Set it; answers stay the same, but how they are read is said with them."""
    own = rollup_state.c.name.in_(names)
    connection.execute(update(rollup_state).where(own).values(state=state))
    raise_version(connection)
