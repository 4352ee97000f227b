"""The data version: raised in every transaction that changes an answer, not by the fold."""

from functools import cache

from sqlalchemy import Connection, Update, bindparam, case, func, select, update

from tokentally.clock import rfc3339
from tokentally.models.columns import Int64
from tokentally.models.core import data_version


def raise_version(connection: Connection, *, received_at: int | None = None) -> None:
    """Note that answers changed, and the receipt (microseconds since 1970) of new events."""
    if received_at is None:
        connection.execute(_raised())
    else:
        connection.execute(_raised_with_receipt(), {"received_at": received_at})


@cache
def _raised() -> Update:
    return update(data_version).values(version=data_version.c.version + 1)


@cache
def _raised_with_receipt() -> Update:
    received_at = bindparam("received_at", type_=Int64)
    newest = func.coalesce(data_version.c.as_of, received_at)
    return _raised().values(as_of=case((newest > received_at, newest), else_=received_at))


def as_of(connection: Connection) -> str | None:
    """The newest receipt of an event in RFC 3339, or None while there are no events."""
    micros = connection.execute(select(data_version.c.as_of)).scalar()
    return None if micros is None else rfc3339(micros)
