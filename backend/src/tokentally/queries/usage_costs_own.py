"""One user's own usage: whose, of which days and model, and its sums."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Annotated, Any

from pydantic import WithJsonSchema
from sqlalchemy import ColumnElement, Subquery, Table, select

from tokentally.days import DayRange
from tokentally.models.core import app_user, model
from tokentally.store.dialect import is_among
from tokentally.store.rollups import USER_DAILY
from tokentally.store.usage import Snapshot

Number = Annotated[Decimal, WithJsonSchema({"type": "number"})]
"""Exact, and written as a JSON number."""


@dataclass(frozen=True)
class Own:
    """The usage of `user` (a name) in `days`, of the model `model_id` alone if it is given.

    `key` is what the range was asked for by.
    """

    user: str
    days: DayRange
    key: str
    model_id: str | None = None


@dataclass(frozen=True)
class Range:
    """The UTC days of an answer, both included, and the range that was asked for."""

    start: str
    end: str
    key: str


def range_of(own: Own) -> Range:
    """The range as answers tell it."""
    return Range(own.days.first.isoformat(), own.days.last.isoformat(), own.key)


def own_sums(now: Snapshot, own: Own, *, by: Sequence[str], of: Sequence[str]) -> Iterator[Any]:
    """Rows with the columns `of` added up for each `by` of `day` and `model`, in their order.

    The days are listed one by one: the rollup is kept by day first, so the database goes to the
    user's rows of each day and passes over those of all others.
    """

    def where(usage: Subquery) -> list[ColumnElement[bool]]:
        return [*belongs(usage, own), is_among(usage.c.day, "days")]

    keys = {"day": "day", "model": "model_id"}
    sums = now.sums(
        USER_DAILY, own.days.numbers, by=[keys[name] for name in by], of=of, where=where
    )
    rows = sums.join(model, model.c.id == sums.c.model_id) if "model" in by else sums
    columns = [(model.c.name if name == "model" else sums.c[name]).label(name) for name in by]
    statement = select(*columns, *(sums.c[name] for name in of)).select_from(rows)
    days = {"days": list(own.days.numbers)}
    yield from now.connection.execute(statement.order_by(*columns), days)


def belongs(usage: Subquery | Table, own: Own) -> list[ColumnElement[bool]]:
    """The conditions that rows of usage are of the user, and of the model that was asked for."""
    wanted = ((usage.c.user_id, app_user, own.user), (usage.c.model_id, model, own.model_id))
    return [
        column == select(table.c.id).where(table.c.name == name).scalar_subquery()
        for column, table, name in wanted
        if name is not None
    ]


def rounded(number: Decimal, places: str = "0.000001") -> Decimal:
    """`number` with as many decimals as `places`, rounded half-even once."""
    return number.quantize(Decimal(places), rounding=ROUND_HALF_EVEN)
