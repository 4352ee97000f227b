"""Where databases differ in SQL: each function holds the branches side by side."""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, Self

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Dialect,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    column,
    func,
    select,
)
from sqlalchemy import table as sa_table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

Row = tuple[object, ...]
Upsert = sqlite.Insert | postgresql.Insert


def is_postgresql(connection: Connection) -> bool:
    """Whether the connection is one to PostgreSQL; SQLite is the other possibility."""
    return connection.dialect.name == "postgresql"


def add_grouped(
    dialect: str,
    table: Table,
    rows: Select[*tuple[object, ...]],
    *,
    keys: Iterable[str],
    sums: Iterable[str],
) -> Upsert:
    """`rows` added to those of `table` with the same keys, or inserted where there are none."""
    statement = _insert(dialect, table).from_select([*keys, *sums], rows)
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
    connection.execute(_addition(connection.dialect.name, table, tuple(keys), total), values)


@cache
def _addition(dialect: str, table: Table, keys: tuple[str, ...], total: str) -> Upsert:
    statement = _insert(dialect, table)
    return statement.on_conflict_do_update(
        index_elements=list(keys), set_={total: table.c[total] + statement.excluded[total]}
    )


def put_rows(
    connection: Connection, table: Table, rows: Sequence[dict[str, object]], *, keys: Sequence[str]
) -> None:
    """Insert each row, or overwrite the one with the same keys."""
    statement = _insert(connection.dialect.name, table)
    others = [column.name for column in table.columns if column.name not in keys]
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=list(keys), set_={name: statement.excluded[name] for name in others}
        ),
        list(rows),
    )


def _insert(dialect: str, table: Table) -> Upsert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def insert_rows(
    connection: Connection,
    table: Table,
    columns: Sequence[str],
    rows: Sequence[Row],
    *,
    identity: Sequence[str],
) -> int:
    """Insert `rows` by the driver's bulk path, leaving out those that a unique index refuses.

    `identity` names the columns of that index. PostgreSQL takes the rows in its order, the first
    of equals first: two writers then never wait for each other. Returns how many went in.
    """
    if not is_postgresql(connection):
        statement = _insertion_sqlite(table, tuple(columns))
        return connection.exec_driver_sql(statement, list(rows)).rowcount
    by_identity = sorted(rows, key=itemgetter(*(columns.index(name) for name in identity)))
    arrays = zip(*by_identity, strict=True)
    kinds = _kinds_postgresql(table, tuple(columns))
    values = tuple(
        _as_text(array) if kind in _NUMBERS else list(array)
        for kind, array in zip(kinds, arrays, strict=True)
    )
    statement = _insertion_postgresql(table, tuple(columns))
    return connection.exec_driver_sql(statement, values).rowcount


@cache
def _insertion_sqlite(table: Table, columns: tuple[str, ...]) -> str:
    places = ", ".join("?" * len(columns))
    names = ", ".join(columns)
    return f"INSERT INTO {table.name} ({names}) VALUES ({places}) ON CONFLICT DO NOTHING"  # noqa: S608


@cache
def _insertion_postgresql(table: Table, columns: tuple[str, ...]) -> str:
    kinds = _kinds_postgresql(table, columns)
    arrays = ", ".join(f"%{'t' if kind in _NUMBERS else 'b'}::{kind}[]" for kind in kinds)
    names = ", ".join(columns)
    return (
        f"INSERT INTO {table.name} ({names}) SELECT * FROM unnest({arrays}) "  # noqa: S608
        "ON CONFLICT DO NOTHING"
    )


_NUMBERS = ("INTEGER", "BIGINT")


@cache
def _kinds_postgresql(table: Table, columns: tuple[str, ...]) -> list[str]:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    return [table.c[name].type.compile(dialect).partition(" ")[0] for name in columns]


def _as_text(numbers: Iterable[int | None]) -> str:
    """An array as PostgreSQL reads it. The driver's own form is made number by number, in Python:
    that took a third of the time of a delivery.
    """
    return "{" + json.dumps(list(numbers))[1:-1] + "}"


def keep_greatest(
    connection: Connection, table: Table, key: str, value: str, rows: Sequence[Row]
) -> None:
    """Insert each row (a key, a number); where the key is there, the greater number stays.

    The rows must differ in their keys and be in their order, so that two writers of PostgreSQL's
    never wait for each other.
    """
    if is_postgresql(connection):
        arrays = tuple(map(_as_text, zip(*rows, strict=True)))
        connection.exec_driver_sql(_greatest_postgresql(table, key, value), arrays)
    else:
        connection.exec_driver_sql(_greatest_sqlite(table, key, value), list(rows))


@cache
def _greatest_sqlite(table: Table, key: str, value: str) -> str:
    return (
        f"INSERT INTO {table.name} ({key}, {value}) VALUES (?, ?) "  # noqa: S608
        f"ON CONFLICT ({key}) DO UPDATE SET {value} = max({value}, excluded.{value})"
    )


@cache
def _greatest_postgresql(table: Table, key: str, value: str) -> str:
    return (
        f"INSERT INTO {table.name} ({key}, {value}) "  # noqa: S608
        "SELECT * FROM unnest(%t::bigint[], %t::bigint[]) "
        f"ON CONFLICT ({key}) DO UPDATE "
        f"SET {value} = greatest({table.name}.{value}, excluded.{value})"
    )


def names_of_tables(dialect: str) -> Select[str]:
    """The names of the tables that exist, as a subquery."""
    if dialect == "postgresql":
        catalogue = sa_table("pg_tables", column("tablename", Text), column("schemaname", Text))
        here = catalogue.c.schemaname == func.current_schema()
        return select(catalogue.c.tablename).where(here)
    catalogue = sa_table("sqlite_master", column("name", Text), column("type", Text))
    return select(catalogue.c.name).where(catalogue.c.type == "table")


class _ArrayAsText(postgresql.ARRAY[int]):
    """A parameter that is an array to the server, so that it is read once for all rows."""

    def bind_processor(self, dialect: Dialect) -> Any:  # noqa: ARG002
        return _as_text


class _Numbers(TypeDecorator[Sequence[int]]):
    """A list of numbers of any length as one parameter."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return _ArrayAsText(BigInteger) if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> Any:
        return value or () if dialect.name == "postgresql" else json.dumps(value)


class is_among(FunctionElement[bool]):
    """The condition that a column is among the numbers that `parameter` will be bound to."""

    type = Boolean()
    inherit_cache = True

    def __init__(self, asked: ColumnElement[int], parameter: str) -> None:
        super().__init__(asked, bindparam(parameter, type_=_Numbers))

    def self_group(self, against: object = None) -> Self:  # noqa: ARG002
        """As it is: `… = 1`, which SQLAlchemy makes of it for SQLite, is looked up in no index."""
        return self


@compiles(is_among, "sqlite")
def _among_sqlite(condition: is_among, compiler: SQLCompiler, **options: Any) -> str:
    asked, numbers = (compiler.process(clause, **options) for clause in condition.clauses)
    return f"{asked} IN (SELECT value FROM json_each({numbers}))"  # noqa: S608  (compiled)


@compiles(is_among, "postgresql")
def _among_postgresql(condition: is_among, compiler: SQLCompiler, **options: Any) -> str:
    asked, numbers = (compiler.process(clause, **options) for clause in condition.clauses)
    return f"{asked} = ANY ({numbers})"


def take_numbers(connection: Connection, sequence: str, count: int) -> list[int]:
    """The next numbers of a sequence of PostgreSQL's; nobody else ever gets them."""
    number = cast(func.nextval(sequence), Text)  # one text: a row for each takes ten times longer
    numbers = select(func.string_agg(number, ",")).select_from(func.generate_series(1, count))
    return [int(each) for each in connection.execute(numbers).scalar_one().split(",")]
