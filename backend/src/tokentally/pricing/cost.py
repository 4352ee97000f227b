"""What one event cost: exact integers, divided once."""

from collections.abc import Sequence
from typing import NamedTuple

from tokentally.models.event import UNPRICED, Cost, CostSource, Event
from tokentally.store.prices import Price

_REPORTED, _COMPUTED = int(CostSource.reported), int(CostSource.computed)
_MILLION = 1_000_000
_HALF = _MILLION // 2


class Tier(NamedTuple):
    """Rates in nano-USD per million tokens, with nothing missing, from so many input tokens on."""

    price_id: int | None
    from_input_tokens: int
    input: int
    cached: int
    write: int
    write_1h: int
    output: int
    reasoning: int


def tier_of(price: Price) -> Tier:
    """The rates of a price; special ones that it lacks are those that they are part of."""
    write = _first(price.cache_write_rate, price.input_rate)
    return Tier(
        price_id=price.id,
        from_input_tokens=price.tier_from_input_tokens,
        input=price.input_rate,
        cached=_first(price.cached_input_rate, price.input_rate),
        write=write,
        write_1h=_first(price.cache_write_1h_rate, write),
        output=price.output_rate,
        reasoning=_first(price.reasoning_output_rate, price.output_rate),
    )


def _first(rate: int | None, fallback: int) -> int:
    return fallback if rate is None else rate


def reported_cost(event: Event) -> Cost:
    """The cost that the event's source reported; without one the event is unpriced."""
    return UNPRICED if event.reported_cost is None else Cost(event.reported_cost, _REPORTED, None)


def computed_cost(event: Event, tiers: Sequence[Tier]) -> Cost:
    """The cost at the highest of `tiers` (highest first, the last from 0 on) that it reaches.

    Divided once, half-even. No tiers: unpriced. This runs for every event that comes in.
    """
    if not tiers:
        return UNPRICED
    read, thought = event.cached_input_tokens, event.reasoning_output_tokens
    written, total = event.cache_write_tokens, event.input_tokens
    at = tiers[-1]
    if len(tiers) > 1:
        at = next(tier for tier in tiers if total >= tier.from_input_tokens)
    price_id, _from, input_, cached, write, write_1h, output, reasoning = at
    cost = (
        (total - read - written) * input_
        + read * cached
        + (event.output_tokens - thought) * output
        + thought * reasoning
    )
    if written:
        kept = event.cache_write_1h_tokens
        cost += (written - kept) * write + kept * write_1h
    whole, rest = divmod(cost, _MILLION)
    if rest > _HALF or (rest == _HALF and whole & 1):
        whole += 1
    return Cost(whole, _COMPUTED, price_id)
