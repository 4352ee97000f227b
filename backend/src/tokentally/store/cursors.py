"""How far log files have been imported."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, select

from tokentally.models.core import import_cursor
from tokentally.store.dialect import put_rows


class CursorRow(NamedTuple):
    """A reader's cursor for one file."""

    path: str
    identity: str
    position: int
    state: bytes


def cursors_of(connection: Connection, reader: str) -> list[CursorRow]:
    """Every cursor of `reader`."""
    table = import_cursor
    statement = select(table.c.path, table.c.identity, table.c.position, table.c.state)
    return [
        CursorRow(*row) for row in connection.execute(statement.where(table.c.reader == reader))
    ]


def save_cursors(connection: Connection, reader: str, cursors: Iterable[CursorRow]) -> None:
    """Keep `cursors` in place of earlier ones of the same files."""
    rows = [{"reader": reader, **cursor._asdict()} for cursor in cursors]
    if rows:
        put_rows(connection, import_cursor, rows, keys=("reader", "path"))
