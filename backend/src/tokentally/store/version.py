"""The data version: raised in every transaction that changes an answer, not by the fold."""

from sqlalchemy import Connection, func, select, update

from tokentally.clock import rfc3339
from tokentally.models.core import data_version


def raise_version(connection: Connection, *, received_at: int | None = None) -> None:
    """Note that answers changed, and the receipt (microseconds since 1970) of new events."""
    values = {"version": data_version.c.version + 1}
    if received_at is not None:
        newest = func.coalesce(data_version.c.as_of, received_at)
        values["as_of"] = func.max(newest, received_at)
    connection.execute(update(data_version).values(values))


def as_of(connection: Connection) -> str | None:
    """The newest receipt of an event in RFC 3339, or None while there are no events."""
    micros = connection.execute(select(data_version.c.as_of)).scalar()
    return None if micros is None else rfc3339(micros)
