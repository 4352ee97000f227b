"""Prices in the JSON of OpenRouter (`/api/v1/models`) or of LiteLLM (`model_prices…json`)."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from tokentally.models.plain_text import InvalidText, plain_text
from tokentally.pricing import litellm, openrouter
from tokentally.pricing.rates import InvalidPrice, rate
from tokentally.store.prices import Price

Tiers = dict[int, dict[str, Decimal]]
"""USD per million tokens by name of the rate, by the input tokens from which on they hold."""


class NoPriceFile(ValueError):
    """A file of neither form."""


class PriceFile(NamedTuple):
    """What a file offers: its prices, and the models left out with the reason."""

    source: str
    prices: list[Price]
    refused: list[tuple[str, str]]


def read_price_file(content: bytes, effective_from: int) -> PriceFile:
    """The prices of a file, to hold from a day (its number) on; raises `NoPriceFile`."""
    source, models = _models(content)
    file = PriceFile(source.SOURCE, [], [])
    for model, stated in models:
        try:
            tiers = source.tiers_of(stated)
            name = plain_text("model", model, least=1).lower()
            file.prices.extend(_prices(name, source.SOURCE, effective_from, tiers))
        except (InvalidPrice, InvalidText) as error:
            file.refused.append((model, str(error)))
    return file


def _models(content: bytes) -> tuple[Any, Iterator[tuple[str, Mapping[str, Any]]]]:
    try:
        document = json.loads(content, parse_float=Decimal, parse_int=Decimal)
    except (ValueError, RecursionError) as error:
        raise NoPriceFile(f"it is no JSON: {error}") from None
    for source in (openrouter, litellm):
        models = source.models_in(document)
        if models is not None:
            return source, models
    raise NoPriceFile("it is neither OpenRouter's list of models nor LiteLLM's of prices")


def _prices(model: str, source: str, effective_from: int, tiers: Tiers) -> list[Price]:
    prices = []
    for tier_from, usd in sorted(tiers.items()):
        rates = {name: rate(name.removesuffix("_rate"), value) for name, value in usd.items()}
        prices.append(Price(model, source, effective_from, tier_from, **rates))
    return prices
