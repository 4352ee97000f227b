"""How far retention went."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from tokentally.models.core import sealed_day


@dataclass(frozen=True)
class SealedDays:
    """How many UTC days are sealed, and the numbers of the first and last of them."""

    count: int
    first: int | None
    last: int | None


def sealed_days(connection: Connection) -> SealedDays:
    """The days whose raw events retention removed."""
    day = sealed_day.c.day
    return SealedDays(*connection.execute(select(func.count(), func.min(day), func.max(day))).one())
