"""The price book: rows that are only ever added, and who added them when and why."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, insert, select, update

from tokentally.models.core import data_version, model_alias, price, price_change
from tokentally.store.locks import hold_deliveries, hold_prices
from tokentally.store.version import raise_version

PRICED_AS = "price"
"""The kind of aliases that say at whose prices a model is priced."""


MANUAL, PACKAGE = "manual", "genai-prices"
"""Sources of prices: own ones, and the package that knows public ones."""


class Price(NamedTuple):
    """A price of a model; see the table of the same name. `id` is None until it is stored."""

    model: str
    source: str
    effective_from: int
    tier_from_input_tokens: int
    input_rate: int
    output_rate: int
    cached_input_rate: int | None = None
    cache_write_rate: int | None = None
    cache_write_1h_rate: int | None = None
    reasoning_output_rate: int | None = None
    active: int = 1
    id: int | None = None


class Alias(NamedTuple):
    """From a day (its number) on `from_model` is priced as `to_model`."""

    from_model: str
    to_model: str
    effective_from: int


class Change(NamedTuple):
    """A change as the audit keeps it; `changed_at` is microseconds since 1970."""

    changed_at: int
    who: str
    what: str
    why: str
    details: str


def price_version(connection: Connection) -> int:
    """A number that rises whenever somebody changes prices."""
    return int(connection.execute(_price_version()).scalar_one())


@cache
def _price_version() -> Select[Any]:
    return select(data_version.c.price_version)


def prices_of(connection: Connection, model: str) -> list[Price]:
    """Every price of the model of this very name, in the order in which they were added."""
    return [Price(*row) for row in connection.execute(_prices_of(), {"model": model})]


@cache
def _prices_of() -> Select[Any]:
    return _all_prices().where(price.c.model == bindparam("model")).order_by(price.c.id)


@cache
def _all_prices() -> Select[Any]:
    return select(*(price.c[name] for name in Price._fields))


def all_prices(connection: Connection, model: str | None = None) -> list[Price]:
    """Every price, or those of one model: by model, source, day and tier, as they were added."""
    columns = ("model", "source", "effective_from", "tier_from_input_tokens", "id")
    rows = _all_prices().order_by(*(price.c[name] for name in columns))
    return [
        Price(*row)
        for row in connection.execute(rows if model is None else rows.where(price.c.model == model))
    ]


def add_prices(connection: Connection, prices: Sequence[Price], change: Change) -> None:
    """Add prices; deliveries under way end first, and each later one goes by them."""
    _add(connection, prices, change)
    _tell(connection)


def keep_looked_up(
    connection: Connection, model: str, prices: Sequence[Price], change: Change
) -> list[Price]:
    """Add prices that were found elsewhere for a model that had none of that source.

    Returns all of its prices. Nobody who knows the model needs to hear of them.
    """
    hold_prices(connection)
    source = prices[0].source
    if not any(each.source == source for each in prices_of(connection, model)):
        _add(connection, prices, change)
    return prices_of(connection, model)


def aliases_of(connection: Connection, model: str) -> list[Alias]:
    """The aliases of a model, in the order in which they are to be tried for a day."""
    return [Alias(*row) for row in connection.execute(_aliases_of(), {"model": model})]


@cache
def _aliases_of() -> Select[Any]:
    newest = model_alias.c.effective_from.desc(), model_alias.c.id.desc()
    return _all_aliases().where(model_alias.c.from_model == bindparam("model")).order_by(*newest)


def set_alias(connection: Connection, alias: Alias, change: Change) -> None:
    """Let a model be priced as another; deliveries as for `add_prices`."""
    connection.execute(insert(model_alias).values(kind=PRICED_AS, **alias._asdict()))
    record_change(connection, change)
    _tell(connection)


def all_aliases(connection: Connection) -> list[Alias]:
    """Every alias for prices, by model and day; of those with the same day the last one stands."""
    order = (model_alias.c[name] for name in ("from_model", "effective_from", "id"))
    return [Alias(*row) for row in connection.execute(_all_aliases().order_by(*order))]


@cache
def _all_aliases() -> Select[Any]:
    columns = (model_alias.c[name] for name in Alias._fields)
    return select(*columns).where(model_alias.c.kind == PRICED_AS)


def record_change(connection: Connection, change: Change) -> None:
    """Keep a change for the audit."""
    connection.execute(insert(price_change).values(**change._asdict()))


def all_changes(connection: Connection) -> list[Change]:
    """Every change, in the order of time."""
    columns = (price_change.c[name] for name in Change._fields)
    rows = select(*columns).order_by(price_change.c.changed_at, price_change.c.id)
    return [Change(*row) for row in connection.execute(rows)]


def _add(connection: Connection, prices: Iterable[Price], change: Change) -> None:
    rows = [{key: value for key, value in each._asdict().items() if key != "id"} for each in prices]
    if rows:
        connection.execute(insert(price), rows)
        record_change(connection, change)


def _tell(connection: Connection) -> None:
    hold_deliveries(connection)
    raised = data_version.c.price_version + 1
    connection.execute(update(data_version).values(price_version=raised))
    raise_version(connection)
