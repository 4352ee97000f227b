"""At which prices models are priced on a day."""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import Connection

from tokentally.pricing.book import PriceBook, Priced, in_force, sets_of
from tokentally.store.prices import all_prices


class ModelPrice(NamedTuple):
    """A model, and what it is priced by."""

    model: str
    by: Priced


def prices_in_force(connection: Connection, day: int) -> Iterator[ModelPrice]:
    """The price of each model that the book has one for on a day (its number), by name."""
    for model, prices in groupby(all_prices(connection), attrgetter("model")):
        if found := in_force(sets_of(prices), day):
            yield ModelPrice(model, Priced(model, found))


def price_in_force(
    connection: Connection, book: PriceBook, model: str, day: int
) -> ModelPrice | None:
    """The price at which events of a model are priced on a day; nothing is kept of the search."""
    found = book.priced(connection, model, day, keep=False)
    return found and ModelPrice(model, found)
