"""OpenRouter's list of models: USD per token, as text."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from tokentally.pricing.rates import InvalidPrice, decimal_of

SOURCE = "openrouter"

_MILLION = 1_000_000
_RATES = {
    "prompt": "input_rate",
    "completion": "output_rate",
    "input_cache_read": "cached_input_rate",
    "input_cache_write": "cache_write_rate",
    "internal_reasoning": "reasoning_output_rate",
}
_NOT_BY_TOKEN_OF_TEXT = {
    "image",
    "image_output",
    "image_token",
    "audio",
    "audio_output",
    "input_audio_cache",
    "web_search",
    "discount",
}
"""Charged for what events don't carry; text costs the same without it."""


def models_in(document: Any) -> Iterator[tuple[str, Mapping[str, Any]]] | None:
    """The models of a document by id, or None if it isn't of this form."""
    models = document.get("data") if isinstance(document, dict) else None
    if not isinstance(models, list):
        return None
    return (
        (str(model.get("id", "")), model.get("pricing") or {})
        for model in models
        if isinstance(model, dict)
    )


def tiers_of(pricing: Mapping[str, Any]) -> dict[int, dict[str, Decimal]]:
    """The rates in USD per million tokens; raises `InvalidPrice`."""
    usd: dict[str, Decimal] = {}
    for key, text in pricing.items():
        if key in _NOT_BY_TOKEN_OF_TEXT or text is None:
            continue
        price = decimal_of(key, str(text))
        if key in _RATES:
            usd[_RATES[key]] = price * _MILLION
        elif price:
            raise InvalidPrice(f"{key} is a price by an unknown unit")
    if not {"input_rate", "output_rate"} <= usd.keys():
        raise InvalidPrice("it has no price by the token")
    if not usd.get("reasoning_output_rate"):
        usd.pop("reasoning_output_rate", None)  # 0 says that it is charged as output
    return {0: usd}
