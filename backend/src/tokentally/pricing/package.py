"""Prices from the package genai-prices (MIT licence): what its data say of a model, as our rows.

The package takes half a second to import and 20 MB, so it is imported where it is first needed.
"""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from importlib.metadata import version
from typing import TYPE_CHECKING, NamedTuple

from tokentally.days import FIRST_DATE, day_number
from tokentally.pricing.rates import InvalidPrice, rate
from tokentally.store.prices import PACKAGE, Price

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice, Provider, TieredPrices

_RATES = {
    "input_rate": "input_mtok",
    "output_rate": "output_mtok",
    "cached_input_rate": "cache_read_mtok",
    "cache_write_rate": "cache_write_mtok",
    "cache_write_1h_rate": "cache_write_1h_mtok",
    "reasoning_output_rate": "output_reasoning_mtok",
}
_BEDROCK = re.compile(
    r"(?:[a-z]{2,6}(?:-[a-z]+)?\.)?(?:amazon|anthropic|meta|mistral|openai|qwen)\."
)
"""How models of Bedrock are called without their provider's name."""


class Entry(NamedTuple):
    """A model of the package, by provider and id, and its prices under the name looked up."""

    name: str
    prices: list[Price]


def package_version() -> str:
    """The version whose data are used."""
    return version("genai-prices")


def look_up(model: str) -> Entry | None:
    """The prices of a model, found as the package finds models; None if it knows none.

    None as well for those that events don't say enough for: prices by the hour, by the request, or
    of anything but tokens.
    """
    found = _find(model)
    if found is None:
        return None
    provider, entry = found
    prices = _prices(model, entry)
    return Entry(f"{provider.id}/{entry.id}", prices) if prices else None


def _find(model: str) -> "tuple[Provider, ModelInfo] | None":
    from genai_prices.data_snapshot import find_provider_by_id, get_snapshot

    snapshot = get_snapshot()
    vendor, slash, name = model.partition("/")
    provider = find_provider_by_id(snapshot.providers, vendor) if slash else None
    if provider is None:
        name = model
        if _BEDROCK.match(model):
            provider = find_provider_by_id(snapshot.providers, "aws")
        else:
            provider = next((p for p in snapshot.providers if _claims(p, model)), None)
    entry = provider and provider.find_model(name, all_providers=snapshot.providers)
    return (provider, entry) if provider and entry else None


def _claims(provider: "Provider", model: str) -> bool:
    return provider.model_match is not None and provider.model_match.is_match(model)


def _prices(model: str, entry: "ModelInfo") -> list[Price]:
    if entry.id.endswith(":free"):  # the package states no price for these
        return [Price(model, PACKAGE, day_number(FIRST_DATE), 0, 0, 0)]
    try:
        return [price for since, at in _dated(entry) for price in _tiers(model, since, at)]
    except InvalidPrice:
        return []


def _dated(entry: "ModelInfo") -> "list[tuple[date, ModelPrice]]":
    """The standard prices of an entry, by the day from which on they hold."""
    from genai_prices.types import ModelPrice, StartDateConstraint

    if isinstance(entry.prices, ModelPrice):
        return [(FIRST_DATE, entry.prices)]
    dated = []
    for each in entry.prices:
        if isinstance(each.constraint, StartDateConstraint):
            dated.append((max(FIRST_DATE, each.constraint.start_date), each.prices))
        elif each.constraint is None:
            dated.append((FIRST_DATE, each.prices))
        else:
            raise InvalidPrice("a price by the hour")
    return dated


def _tiers(model: str, since: date, prices: "ModelPrice") -> Iterable[Price]:
    if prices.requests_kcount or prices.input_mtok is None:
        raise InvalidPrice("a price that is not by the token alone")
    given = {name: getattr(prices, key) for name, key in _RATES.items()}
    starts = {tier.start for value in given.values() for tier in getattr(value, "tiers", ())}
    for start in (None, *sorted(starts)):
        usd = {name: _at(value, start) for name, value in given.items() if value is not None}
        rates = {name: rate(name, value) for name, value in usd.items()}
        rates.setdefault("output_rate", 0)  # models that generate nothing
        tier_from = 0 if start is None else start + 1  # the package says "more than"
        yield Price(model, PACKAGE, day_number(since), tier_from, **rates)


def _at(value: "Decimal | TieredPrices", start: int | None) -> Decimal:
    """The price for inputs of more than `start` tokens; None for the base."""
    if isinstance(value, Decimal):
        return value
    reached = [tier.price for tier in value.tiers if start is not None and tier.start <= start]
    return reached[-1] if reached else value.base
