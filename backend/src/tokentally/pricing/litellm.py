"""LiteLLM's list of prices: USD per token, as numbers; tiers by the ends of names."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from tokentally.pricing.rates import InvalidPrice

SOURCE = "litellm"

_MILLION = 1_000_000
_RATES = {
    "input_cost_per_token": "input_rate",
    "output_cost_per_token": "output_rate",
    "cache_read_input_token_cost": "cached_input_rate",
    "cache_creation_input_token_cost": "cache_write_rate",
    "cache_creation_input_token_cost_above_1hr": "cache_write_1h_rate",
    "output_cost_per_reasoning_token": "reasoning_output_rate",
}
_ABOVE = re.compile(r"(.+)_above_(\d+)k_tokens")
_COST = re.compile(r"(?:input|output)_cost_per_(\w+)")


def models_in(document: Any) -> Iterator[tuple[str, Mapping[str, Any]]] | None:
    """The models of a document by name, or None if it isn't of this form."""
    if not isinstance(document, dict) or not all(isinstance(v, dict) for v in document.values()):
        return None
    if not any("litellm_provider" in value for value in document.values()):
        return None
    return ((name, value) for name, value in document.items() if name != "sample_spec")


def tiers_of(stated: Mapping[str, Any]) -> dict[int, dict[str, Decimal]]:
    """The rates in USD per million tokens, by the tokens they hold from; raises `InvalidPrice`."""
    base: dict[str, Decimal] = {}
    above: dict[int, dict[str, Decimal]] = {}
    for key, price in stated.items():
        tier = _ABOVE.fullmatch(key)
        name = _RATES.get(tier[1] if tier else key)
        if name is None or price is None:
            continue
        if not isinstance(price, Decimal):
            raise InvalidPrice(f"{key} {price!r} is no number")
        rates = above.setdefault(int(tier[2]) * 1000 + 1, {}) if tier else base
        rates[name] = price * _MILLION
    if "input_rate" not in base:
        raise InvalidPrice(f"it has no price by the token{_other_units(stated)}")
    base.setdefault("output_rate", Decimal(0))  # models that generate nothing
    tiers = {0: base}
    for tier_from, rates in sorted(above.items()):
        tiers[tier_from] = {**tiers[max(tiers)], **rates}
    return tiers


def _other_units(stated: Mapping[str, Any]) -> str:
    units = sorted({cost[1] for key in stated if (cost := _COST.fullmatch(key))} - {"token"})
    return f", only by an unknown unit ({', '.join(units)})" if units else ""
