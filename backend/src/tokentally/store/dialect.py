"""Where databases differ: each function holds the branches side by side."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Table, Text, column, func, select
from sqlalchemy import table as sa_table
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.dml import Insert

Row = tuple[object, ...]


def add_grouped(
    table: Table, rows: Select[*tuple[object, ...]], *, keys: Iterable[str], sums: Iterable[str]
) -> Insert:
    """`rows` added to those of `table` with the same keys, or inserted where there are none."""
    columns = [*keys, *sums]
    statement = sqlite.insert(table).from_select(columns, rows)
    return statement.on_conflict_do_update(
        index_elements=list(keys),
        set_={name: table.c[name] + statement.excluded[name] for name in sums},
    )


def add_rows(
    connection: Connection, table: Table, rows: Sequence[Row], *, keys: Sequence[str], total: str
) -> None:
    """Add each row (its keys, then a number) to the row with the same keys, or insert it."""
    columns = (*keys, total)
    statement = sqlite.insert(table)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=list(keys),
            set_={total: table.c[total] + statement.excluded[total]},
        ),
        [dict(zip(columns, row, strict=True)) for row in rows],
    )


def insert_rows(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Row]
) -> int:
    """Insert `rows` by the driver's bulk path, leaving out those that a unique index refuses.

    Returns how many went in.
    """
    places = ", ".join("?" * len(columns))
    statement = (
        f"INSERT INTO {table.name} ({', '.join(columns)}) "  # noqa: S608  (names of our own)
        f"VALUES ({places}) ON CONFLICT DO NOTHING"
    )
    return connection.exec_driver_sql(statement, list(rows)).rowcount


def put_rows(
    connection: Connection, table: Table, rows: Sequence[dict[str, object]], *, keys: Sequence[str]
) -> None:
    """Insert each row, or overwrite the one with the same keys."""
    statement = sqlite.insert(table)
    others = [column.name for column in table.columns if column.name not in keys]
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=list(keys), set_={name: statement.excluded[name] for name in others}
        ),
        list(rows),
    )


def names_of_tables() -> Select[str]:
    """The names of the tables that exist, as a subquery."""
    catalogue = sa_table("sqlite_master", column("name", Text), column("type", Text))
    return select(catalogue.c.name).where(catalogue.c.type == "table")


def among(ids: Sequence[int]) -> Select[Any]:
    """A list of any length as a subquery of numbers, with one parameter."""
    return select(func.json_each(json.dumps(ids)).table_valued("value").c.value)


def ids_not_in(connection: Connection, table: Table, ids: Sequence[int]) -> set[int]:
    """Those of `ids` that no row of `table` has."""
    asked = among(ids).subquery()
    known = select(table.c.id).where(table.c.id == asked.c.value).exists()
    return set(connection.execute(select(asked.c.value).where(~known)).scalars())
