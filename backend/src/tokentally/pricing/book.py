"""Which price an event has: own prices first, then the book's, then what the package knows."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from tokentally.clock import Clock, microseconds
from tokentally.config import Settings
from tokentally.days import DAY_MICROS
from tokentally.models.event import Cost, Event
from tokentally.pricing.cost import Tier, computed_cost, reported_cost, tier_of
from tokentally.pricing.names import names_of
from tokentally.store.prices import (
    MANUAL,
    PACKAGE,
    Alias,
    Change,
    Price,
    aliases_of,
    keep_looked_up,
    price_version,
    prices_of,
)

MOST_REMEMBERED = 100_000

PriceOf = Callable[[Event], Cost]
LookUp = Callable[[str], "Found | None"]


class Found(NamedTuple):
    """Prices that were looked up for a model, and what was found under which name."""

    prices: list[Price]
    what: str


class PriceSet(NamedTuple):
    """The tiers of a model that hold from a day on, the highest first."""

    source: str
    effective_from: int
    tiers: tuple[Tier, ...]


class Priced(NamedTuple):
    """The set that a model is priced by on a day, and the name that has it."""

    name: str
    price_set: PriceSet


def sets_of(prices: Iterable[Price]) -> list[PriceSet]:
    """The sets of a model, in the order in which they are to be tried for a day."""
    standing: dict[tuple[str, int], dict[int, Price]] = defaultdict(dict)
    for price in prices:  # of those that say the same, the last one stands
        standing[price.source, price.effective_from][price.tier_from_input_tokens] = price
    sets = [
        (PriceSet(*key, _tiers(rows.values())), max(row.id or 0 for row in rows.values()))
        for key, rows in standing.items()
        if 0 in rows and rows[0].active
    ]
    sets.sort(key=lambda each: (each[0].source == MANUAL, each[0].effective_from, each[1]))
    return [price_set for price_set, _newest in reversed(sets)]


def _tiers(prices: Iterable[Price]) -> tuple[Tier, ...]:
    active = [tier_of(price) for price in prices if price.active]
    return tuple(sorted(active, key=lambda tier: -tier.from_input_tokens))


def in_force(sets: Sequence[PriceSet], day: int) -> PriceSet | None:
    """The first of `sets` that holds on a day."""
    return next((each for each in sets if each.effective_from <= day), None)


class PriceBook:
    """The prices of a database, remembered until somebody changes them. For one thread.

    `look_up` finds prices for a model that has none; what it finds is kept in the book.
    """

    def __init__(self, look_up: LookUp | None, clock: Clock) -> None:
        self._look_up = look_up
        self._clock = clock
        self._version = -1
        self._tiers: dict[tuple[str, int], tuple[Tier, ...]] = {}
        self._own: dict[str, tuple[list[PriceSet], list[Alias]]] = {}
        self._sets: dict[tuple[str, str], list[PriceSet]] = {}
        self._unsure = False

    def at(self, connection: Connection, *, keep: bool = True) -> PriceOf:
        """What events cost by the book as this transaction finds it.

        Prices that are looked up are added to the book in the same transaction, unless they are not
        to be kept; so they are not relied upon later.
        """
        self._forget_outdated(price_version(connection))
        remembered = self._tiers

        def price(event: Event) -> Cost:
            if event.reported_cost is not None:
                return reported_cost(event)
            tiers = remembered.get((event.model, event.occurred_at // DAY_MICROS))
            if tiers is None:
                day = event.occurred_at // DAY_MICROS
                tiers = self.tiers(connection, event.model, day, keep=keep)
            return computed_cost(event, tiers)

        return price

    def _forget_outdated(self, version: int) -> None:
        if version != self._version or self._unsure or len(self._tiers) > MOST_REMEMBERED:
            for remembered in (self._tiers, self._own, self._sets):
                remembered.clear()
            self._version, self._unsure = version, False

    def tiers(
        self, connection: Connection, model: str, day: int, *, keep: bool = True
    ) -> tuple[Tier, ...]:
        """The tiers of a model on a day. None: it is unpriced on that day."""
        found = self.priced(connection, model, day, keep=keep)
        tiers = found.price_set.tiers if found else ()
        self._tiers[model, day] = tiers
        return tiers

    def priced(
        self, connection: Connection, model: str, day: int, *, keep: bool = True
    ) -> Priced | None:
        """What a model is priced by on a day: its own, else that of the one that it is priced as.

        None: it is unpriced on that day.
        """
        own, aliases = self._own_of(connection, model)
        if found := in_force(own, day):
            return Priced(model, found)
        alias = next((each for each in aliases if each.effective_from <= day), None)
        priced_as = alias.to_model if alias else model
        return self._in_force(connection, priced_as, day, keep=keep)

    def _own_of(self, connection: Connection, model: str) -> tuple[list[PriceSet], list[Alias]]:
        if model not in self._own:
            prices = [price for price in prices_of(connection, model) if price.source == MANUAL]
            self._own[model] = sets_of(prices), aliases_of(connection, model)
        return self._own[model]

    def _in_force(
        self, connection: Connection, model: str, day: int, *, keep: bool
    ) -> Priced | None:
        """What holds on a day under the first of the model's names that has a price for it."""
        for name in names_of(model):
            if (model, name) not in self._sets:
                prices = self._prices_of(connection, model, name, keep=keep)
                self._sets[model, name] = sets_of(prices)
            if found := in_force(self._sets[model, name], day):
                return Priced(name, found)
        return None

    def _prices_of(
        self, connection: Connection, model: str, name: str, *, keep: bool
    ) -> list[Price]:
        """The prices of a model under one of its names.

        What is looked up is kept under the name that events carry, and so is found at once later;
        under a shorter name if the book has that already.
        """
        stored = prices_of(connection, name)
        known = any(each.source == PACKAGE for each in stored)
        found = None if known or self._look_up is None else self._look_up(name)
        if found is None:
            return stored
        self._unsure = True
        kept_as = name if stored else model
        return self._kept(connection, kept_as, found) if keep else [*stored, *found.prices]

    def _kept(self, connection: Connection, model: str, found: Found) -> list[Price]:
        change = Change(
            changed_at=microseconds(self._clock()),
            who="tokentally",
            what="look up",
            why="the first event of its model",
            details=f"{model}: {found.what}",
        )
        prices = [price._replace(model=model) for price in found.prices]
        return keep_looked_up(connection, model, prices, change)


def open_book(settings: Settings, clock: Clock) -> PriceBook:
    """The price book as the settings want it."""
    return PriceBook(_from_package if settings.price_book == PACKAGE else None, clock)


def _from_package(model: str) -> Found | None:
    from tokentally.pricing.package import look_up, package_version

    entry = look_up(model)
    if entry is None:
        return None
    return Found(entry.prices, f"as {entry.name} of genai-prices {package_version()}")
