"""The totals of people: the rollup without days, kept as the sum of all days of people.

While those are being built totals are wrong, and not read; they are made anew when all is ready.
"""

from sqlalchemy import Connection, delete, insert

from tokentally.models.core import SUMS
from tokentally.store.dialect import add_grouped
from tokentally.store.rollups import PEOPLE_DAILY, PEOPLE_TOTAL, rows_of_rollup, summed


def add_to_totals(connection: Connection, days: range, sign: int = 1) -> None:
    """Add what people used in `days` to their totals, or take it away with -1."""
    used = summed(PEOPLE_TOTAL, rows_of_rollup(PEOPLE_DAILY, days), sign)
    dialect = connection.dialect.name
    connection.execute(
        add_grouped(dialect, PEOPLE_TOTAL.table, used, keys=PEOPLE_TOTAL.keys, sums=SUMS)
    )


def drop_empty_totals(connection: Connection) -> None:
    """Drop the totals of those who have nothing any more."""
    connection.execute(delete(PEOPLE_TOTAL.table).where(PEOPLE_TOTAL.table.c.requests == 0))


def make_totals(connection: Connection) -> None:
    """Make all totals anew, and so mend them; needs an `exclusive` transaction."""
    connection.execute(delete(PEOPLE_TOTAL.table))
    used = summed(PEOPLE_TOTAL, rows_of_rollup(PEOPLE_DAILY))
    columns = [*PEOPLE_TOTAL.keys, *SUMS]
    connection.execute(insert(PEOPLE_TOTAL.table).from_select(columns, used))
