"""Totals of usage as text: counts in digits of any number, costs in USD with 6 decimals."""

from dataclasses import dataclass

from tokentally.pricing.money import usd
from tokentally.queries.local_usage import Used

COUNTED = (
    "input_tokens",
    "cached_input_tokens",
    "output_tokens",
    "reasoning_output_tokens",
)
"""The sums that `Tokens` are made of."""


@dataclass(frozen=True)
class Tokens:
    """Counts of tokens; cached ones are part of input, reasoning is part of output."""

    total_tokens: str
    input_tokens: str
    cached_input_tokens: str
    output_tokens: str
    reasoning_output_tokens: str


@dataclass(frozen=True)
class Totals(Tokens):
    """Tokens and what they cost; the cost lacks `unpriced_tokens`, for which no price is known."""

    total_cost_usd: str
    cache_write_tokens: str
    unpriced_tokens: str
    requests: str


def tokens(used: Used) -> dict[str, str]:
    """The fields of `Tokens`."""
    return {
        "total_tokens": str(used.tokens),
        "input_tokens": str(used.input_tokens),
        "cached_input_tokens": str(used.cached_input_tokens),
        "output_tokens": str(used.output_tokens),
        "reasoning_output_tokens": str(used.reasoning_output_tokens),
    }


def totals(used: Used) -> Totals:
    """The sums as told; the cost is rounded here, once."""
    return Totals(
        **tokens(used),
        total_cost_usd=usd(used.cost_nano_usd),
        cache_write_tokens=str(used.cache_write_tokens),
        unpriced_tokens=str(used.unpriced_tokens),
        requests=str(used.requests),
    )
