"""Whose rates a page shows beside usage. No cost is ever computed from them."""

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection

from tokentally.config import Settings
from tokentally.days import date_of
from tokentally.pricing.book import PriceSet, in_force, sets_of
from tokentally.pricing.money import usd
from tokentally.pricing.names import names_of
from tokentally.store.prices import MANUAL, aliases_of, prices_of


@dataclass(frozen=True)
class Rates:
    """USD per million tokens with 6 decimals, where no tier for long prompts is reached."""

    input: str
    cached_input: str
    output: str
    reasoning_output: str


@dataclass(frozen=True)
class Profile:
    """The rates of `model`, where they come from, and the UTC day from which they hold."""

    model: str
    source: str
    effective_from: str
    rates: Rates


class DefaultProfile(NamedTuple):
    """The model whose rates stand for those of none or many, and the source that comes first."""

    model: str
    source: str


BUILT_IN = Profile(
    model="gpt-5.2-codex",
    source="openrouter",
    effective_from="2025-12-23",
    rates=Rates("1.750000", "0.175000", "14.000000", "14.000000"),
)
"""What is shown when the price book has nothing."""


def default_profile(settings: Settings) -> DefaultProfile:
    """The default as the settings want it."""
    return DefaultProfile(
        settings.default_pricing_model.strip().lower(),
        settings.default_pricing_source.strip().lower(),
    )


def profile_of(
    connection: Connection, model: str | None, day: int, default: DefaultProfile
) -> Profile:
    """The latest rates in force on a UTC day (its number): those at which `model` is priced, or,
    if it is None or has none, those of the default.
    """
    found = None if model is None else _priced_as(connection, model, day)
    return found or _of_default(connection, default, day) or BUILT_IN


def _priced_as(connection: Connection, model: str, day: int) -> Profile | None:
    """In the order in which events find their price: its own, else those that it goes by."""
    own = [price for price in prices_of(connection, model) if price.source == MANUAL]
    if found := in_force(sets_of(own), day):
        return _profile(model, found)
    aliases = (alias for alias in aliases_of(connection, model) if alias.effective_from <= day)
    alias = next(aliases, None)
    for name in names_of(alias.to_model if alias else model):
        if found := in_force(sets_of(prices_of(connection, name)), day):
            return _profile(name, found)
    return None


def _of_default(connection: Connection, default: DefaultProfile, day: int) -> Profile | None:
    prices = prices_of(connection, default.model)
    preferred = sets_of(price for price in prices if price.source == default.source)
    found = in_force(preferred, day) or in_force(sets_of(prices), day)
    return found and _profile(default.model, found)


def _profile(model: str, found: PriceSet) -> Profile:
    base = found.tiers[-1]
    shown = (base.input, base.cached, base.output, base.reasoning)
    return Profile(
        model=model,
        source=found.source,
        effective_from=date_of(found.effective_from).isoformat(),
        rates=Rates(*map(usd, shown)),
    )
