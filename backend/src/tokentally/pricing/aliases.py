"""Aliases of models, of both kinds: set with who did so and why."""

from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection

from tokentally.days import date_of
from tokentally.models.plain_text import plain_text
from tokentally.pricing.own_prices import By
from tokentally.store.prices import PRICED_AS, Alias, all_aliases, set_alias
from tokentally.store.usage_aliases import COUNTED_AS, all_usage_aliases, set_usage_alias


class Kind(StrEnum):
    """What an alias is for."""

    price = PRICED_AS
    usage = COUNTED_AS


class KindAndAlias(NamedTuple):
    """An alias of a kind."""

    kind: Kind
    alias: Alias


_SETS = {Kind.price: set_alias, Kind.usage: set_usage_alias}
_SAYS = {Kind.price: "is priced as", Kind.usage: "counts as"}


def alias_from(from_model: str, to_model: str, effective_from: int) -> Alias:
    """An alias from a day (its number) on; raises `InvalidText`."""
    name, other = (plain_text("model", m, least=1).lower() for m in (from_model, to_model))
    return Alias(name, other, effective_from)


def said_of(kind: Kind, alias: Alias) -> str:
    """What an alias says, in words."""
    since = date_of(alias.effective_from)
    return f"{alias.from_model} {_SAYS[kind]} {alias.to_model} from {since}"


def set_alias_of(connection: Connection, kind: Kind, alias: Alias, by: By) -> None:
    """Let a model stand for another one; for itself again, if both names are the same."""
    _SETS[kind](connection, alias, by.change("alias", said_of(kind, alias)))


def every_alias(connection: Connection) -> list[KindAndAlias]:
    """Every alias, by kind, model and day; of those with the same day the last one stands."""
    return [
        KindAndAlias(kind, alias)
        for kind, found in ((Kind.price, all_aliases), (Kind.usage, all_usage_aliases))
        for alias in found(connection)
    ]
