"""What is answered about prices: USD per million tokens, as decimal text."""

import shlex
from dataclasses import dataclass

from tokentally.days import date_of
from tokentally.pricing.cost import Tier
from tokentally.pricing.own_prices import RATES, rates_of
from tokentally.pricing.rates import usd_per_million
from tokentally.queries.prices import ModelPrice
from tokentally.queries.unpriced import Unpriced
from tokentally.store.prices import Price


@dataclass(frozen=True)
class TierShown:
    """What events with so many input tokens or more cost; no rate is missing."""

    from_input_tokens: int
    input: str
    cached_input: str
    cache_write: str
    cache_write_1h: str
    output: str
    reasoning_output: str


@dataclass(frozen=True)
class PriceInForce:
    """What a model costs: what `priced_as` does, from the UTC day `effective_from` on.

    `source` is `manual` for own prices, else where they were taken from.
    """

    model: str
    priced_as: str
    source: str
    effective_from: str
    tiers: list[TierShown]


@dataclass(frozen=True)
class PricesInForce:
    """The prices on a UTC day, by model."""

    day: str
    prices: list[PriceInForce]


@dataclass(frozen=True)
class PriceShown:
    """A price as it was set; a rate that is null is the next wider one."""

    model: str
    source: str
    effective_from: str
    tier_from_input_tokens: int
    input: str | None
    cached_input: str | None
    cache_write: str | None
    cache_write_1h: str | None
    output: str | None
    reasoning_output: str | None


@dataclass(frozen=True)
class StillUnpriced:
    """Stored events of the model from that day on: tokens without a price, and all requests.

    `fix` is the command that prices them; what is stored is never priced anew by itself.
    """

    unpriced_tokens: int | None
    requests: int | None
    fix: str


@dataclass(frozen=True)
class PriceSet:
    """The price that was set, and the one that held in its place; null if there was none."""

    price: PriceShown
    replaced: PriceShown | None
    stored: StillUnpriced


@dataclass(frozen=True)
class PricesWithdrawn:
    """The price that holds no more, with its tiers."""

    withdrawn: list[PriceShown]


def price_in_force_shown(price: ModelPrice) -> PriceInForce:
    """A price in force, as it is answered; the widest tier comes first."""
    found = price.by.price_set
    return PriceInForce(
        model=price.model,
        priced_as=price.by.name,
        source=found.source,
        effective_from=date_of(found.effective_from).isoformat(),
        tiers=[_tier(each) for each in reversed(found.tiers)],
    )


def price_shown(price: Price) -> PriceShown:
    """A price of the book, as it is answered."""
    day = date_of(price.effective_from).isoformat()
    rates = dict(zip(RATES, rates_of(price), strict=True))
    return PriceShown(price.model, price.source, day, price.tier_from_input_tokens, **rates)


def still_unpriced(found: Unpriced | None, model: str, day: int) -> StillUnpriced:
    """What a change of price leaves as it was; numbers are null while they can't be had cheaply."""
    fix = f"tokentally reprice --model {shlex.quote(model)} --from {date_of(day)}"
    if found is None:
        return StillUnpriced(None, None, fix)
    return StillUnpriced(found.tokens, found.requests, fix)


def _tier(tier: Tier) -> TierShown:
    rates = (tier.input, tier.cached, tier.write, tier.write_1h, tier.output, tier.reasoning)
    return TierShown(tier.from_input_tokens, *map(usd_per_million, rates))
