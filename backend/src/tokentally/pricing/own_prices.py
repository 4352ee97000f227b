"""Own prices: set from a day on, or withdrawn; nothing of the book is ever changed or deleted."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from tokentally.days import date_of
from tokentally.models.plain_text import plain_text
from tokentally.pricing.rates import InvalidPrice, decimal_of, rate, usd_per_million
from tokentally.store.prices import MANUAL, Change, Price, add_prices, all_prices

RATES = (
    "input",
    "cached_input",
    "cache_write",
    "cache_write_1h",
    "output",
    "reasoning_output",
)
MOST_TOKENS = 10**12
"""No event has more of a kind."""

_SHORT = ("input", "cached", "write", "write 1h", "output", "reasoning")


class NoBasePrice(InvalidPrice):
    """A tier without a price for all inputs to stand on."""

    def __init__(self) -> None:
        super().__init__("a tier needs a price for all inputs, of the same day, first")


class NoSuchPrice(LookupError):
    """A price to be withdrawn that doesn't hold."""

    def __init__(self, model: str) -> None:
        super().__init__(f"{model} has no such price")


class By(NamedTuple):
    """Who changes prices, when (microseconds since 1970) and why."""

    who: str
    at: int
    why: str

    def change(self, what: str, details: str) -> Change:
        """The change as the audit keeps it; raises `InvalidText`."""
        return Change(self.at, self.who, what, plain_text("why", self.why), details)


def own_price(
    model: str, effective_from: int, tier_from: int, usd: Mapping[str, str | None]
) -> Price:
    """A price from a day (its number) on, of `usd` a million tokens by name of the rate.

    Raises `InvalidPrice` and `InvalidText`.
    """
    rates = {
        f"{name}_rate": rate(name, decimal_of(name, text))
        for name, text in usd.items()
        if text is not None
    }
    if not 0 <= tier_from <= MOST_TOKENS:
        raise InvalidPrice(f"a tier must begin at 0 to {MOST_TOKENS} input tokens")
    name = plain_text("model", model, least=1).lower()
    return Price(name, MANUAL, effective_from, tier_from, **rates)


def set_own_price(connection: Connection, price: Price, by: By) -> Price | None:
    """Add a price, with who did so; returns the one that held in its place.

    Raises `NoBasePrice`.
    """
    key = (price.model, price.source, price.effective_from)
    if price.tier_from_input_tokens and not standing(connection, *key, 0):
        raise NoBasePrice
    before = standing(connection, *key, price.tier_from_input_tokens)
    add_prices(connection, [price], by.change("set", described([price])))
    return before[0] if before else None


def withdraw_price(
    connection: Connection, model: str, source: str, day: int, tier_from: int, by: By
) -> list[Price]:
    """Let a price, and its tiers, hold no more, with who did so; returns them.

    Raises `NoSuchPrice`.
    """
    mistakes = standing(connection, model, source, day, tier_from)
    if not mistakes:
        raise NoSuchPrice(model)
    withdrawn = [price._replace(active=0, id=None) for price in mistakes]
    add_prices(connection, withdrawn, by.change("remove", described(mistakes)))
    return mistakes


def standing(
    connection: Connection, model: str, source: str, day: int, tier_from: int
) -> list[Price]:
    """The price with this key if it holds; a base price with its tiers behind it."""
    last: dict[int, Price] = {}
    for each in all_prices(connection, model):
        if (each.source, each.effective_from) == (source, day):
            last[each.tier_from_input_tokens] = each
    if tier_from not in last or not last[tier_from].active:
        return []
    return [
        last[tier]
        for tier in sorted(last)
        if tier == tier_from or (not tier_from and last[tier].active)
    ]


def rates_of(price: Price) -> list[str | None]:
    """USD per million tokens in the order of `RATES`; None where a wider rate counts."""
    rates = (getattr(price, f"{name}_rate") for name in RATES)
    return [None if each is None else usd_per_million(each) for each in rates]


def described(prices: Sequence[Price]) -> str:
    """Prices of one model in a line, for the audit."""
    return f"{prices[0].model}: {'; '.join(map(_described, prices))}"


def _described(price: Price) -> str:
    named = zip(_SHORT, rates_of(price), strict=True)
    rates = ", ".join(f"{name} {usd}" for name, usd in named if usd)
    tier = price.tier_from_input_tokens
    tiered = f" for inputs from {tier} tokens on" if tier else ""
    return f"{rates} USD per million tokens from {date_of(price.effective_from)}{tiered}"
