"""Where databases differ: each function holds the branches side by side."""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Table, Text, bindparam, column, func, select
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
    values = [dict(zip(columns, row, strict=True)) for row in rows]
    connection.execute(_addition(table, tuple(keys), total), values)


@cache
def _addition(table: Table, keys: tuple[str, ...], total: str) -> Insert:
    statement = sqlite.insert(table)
    return statement.on_conflict_do_update(
        index_elements=list(keys), set_={total: table.c[total] + statement.excluded[total]}
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


def among(parameter: str) -> Select[Any]:
    """A list of numbers of any length as a subquery; its parameter takes `listed(numbers)`."""
    return select(func.json_each(bindparam(parameter)).table_valued("value").c.value)


def listed(numbers: Sequence[int]) -> str:
    """The value of a parameter of `among`."""
    return json.dumps(numbers)


def ids_not_in(connection: Connection, table: Table, ids: Sequence[int]) -> set[int]:
    """Those of `ids` that no row of `table` has."""
    asked = among("ids").subquery()
    known = select(table.c.id).where(table.c.id == asked.c.value).exists()
    absent = select(asked.c.value).where(~known)
    return set(connection.execute(absent, {"ids": listed(ids)}).scalars())
