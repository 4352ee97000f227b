"""Aliases of models for usage: from a day on, usage of one model counts as that of another too.

They widen what a question about a model takes in; usage stays under the name that it came with.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, insert, select

from tokentally.models.core import model_alias
from tokentally.store.prices import Alias, Change, record_change
from tokentally.store.version import raise_version

COUNTED_AS = "usage"
"""The kind of aliases that say as what usage counts."""

_NEVER = 2**31 // 100
"""A UTC day number after all that there are; its quarters fit into 32 bits."""


class Span(NamedTuple):
    """UTC days (numbers, from `first` to before `until`) on which `model` counts as another."""

    model: str
    first: int
    until: int


def set_usage_alias(connection: Connection, alias: Alias, change: Change) -> None:
    """Let usage of a model count as another's too; both the same: as its own alone."""
    connection.execute(insert(model_alias).values(kind=COUNTED_AS, **alias._asdict()))
    record_change(connection, change)
    raise_version(connection)


def all_usage_aliases(connection: Connection) -> list[Alias]:
    """Every alias for usage, by model and day; of those with the same day the last one stands."""
    return [Alias(*row) for row in connection.execute(_aliases())]


def counted_as(connection: Connection, model: str) -> list[Span]:
    """When usage of which other models counts as that of `model`."""
    found = [Alias(*row) for row in connection.execute(_aliases_of_those_to(), {"model": model})]
    return [
        span
        for name, aliases in groupby(found, attrgetter("from_model"))
        if name != model
        for span in _spans(name, model, aliases)
    ]


def _spans(name: str, model: str, aliases: Iterable[Alias]) -> Iterator[Span]:
    standing = {alias.effective_from: alias.to_model for alias in aliases}
    for first, until in pairwise((*standing, _NEVER)):
        if standing[first] == model:
            yield Span(name, first, until)


@cache
def _aliases() -> Select[Any]:
    order = (model_alias.c[name] for name in ("from_model", "effective_from", "id"))
    columns = (model_alias.c[name] for name in Alias._fields)
    return select(*columns).where(model_alias.c.kind == COUNTED_AS).order_by(*order)


@cache
def _aliases_of_those_to() -> Select[Any]:
    leading = model_alias.alias()
    wanted = (leading.c.kind == COUNTED_AS) & (leading.c.to_model == bindparam("model"))
    return _aliases().where(
        model_alias.c.from_model.in_(select(leading.c.from_model).where(wanted))
    )
