"""Bringing a used database of PostgreSQL back to the state that migrating left."""

from dataclasses import dataclass
from typing import Any

import psycopg
from backend.tests.engines.plain import psycopg_connection
from psycopg import sql

Rows = list[tuple[Any, ...]]

_SHAPE = """
SELECT relname::text, relkind::text, relrowsecurity, relforcerowsecurity, reloptions::text,
    (SELECT count(*) FROM pg_policy WHERE polrelid = pg_class.oid),
    (SELECT string_agg(concat_ws(' ', attname, atttypid, attcollation), ',' ORDER BY attnum)
        FROM pg_attribute WHERE attrelid = pg_class.oid AND attnum > 0)
FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY relname
"""
_SEQUENCES = """
SELECT sequencename::text, coalesce(last_value, start_value), last_value IS NOT NULL
FROM pg_sequences WHERE schemaname = 'public' ORDER BY sequencename
"""


@dataclass(frozen=True)
class FirstState:
    """What is in a database that was just migrated."""

    shape: Rows
    rows: dict[str, Rows]
    sequences: Rows


def first_state(url: str) -> FirstState:
    """The state of the database now."""
    with psycopg_connection(url) as connection:
        shape = connection.execute(_SHAPE).fetchall()
        tables = [name for name, kind, *_ in shape if kind == "r"]
        rows = {name: _all_rows(connection, name) for name in tables}
        return FirstState(shape, rows, connection.execute(_SEQUENCES).fetchall())


def emptied(url: str, first: FirstState) -> bool:
    """Put `first` back; False if the tables are others, and nothing was done."""
    with psycopg_connection(url) as connection, connection.transaction():
        connection.execute("SET LOCAL lock_timeout = '20s'")
        if connection.execute(_SHAPE).fetchall() != first.shape:
            return False
        _empty(connection, list(first.rows))
        for table, rows in first.rows.items():
            _insert(connection, table, rows)
        for name, value, called in first.sequences:
            connection.execute("SELECT setval(%s::regclass, %s, %s)", [name, value, called])
    return True


def _empty(connection: psycopg.Connection[Any], tables: list[str]) -> None:
    """Truncate those that have rows: each costs a new file."""
    asked = (f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in tables)  # noqa: S608
    used = [name for (name,) in connection.execute(sql.SQL(" UNION ALL ".join(asked)))]
    names = sql.SQL(", ").join(map(sql.Identifier, used))
    connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(names))


def _insert(connection: psycopg.Connection[Any], table: str, rows: Rows) -> None:
    for row in rows:
        places = sql.SQL(", ").join([sql.Placeholder()] * len(row))
        statement = sql.SQL("INSERT INTO {} VALUES ({})").format(sql.Identifier(table), places)
        connection.execute(statement, row)


def _all_rows(connection: psycopg.Connection[Any], table: str) -> Rows:
    query = sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))
    return connection.execute(query).fetchall()
