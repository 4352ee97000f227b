"""The token event: as a sender states it, and as Tokentally keeps it."""

from decimal import Decimal
from enum import IntEnum
from hashlib import blake2b

import msgspec


class SentEvent(msgspec.Struct, gc=False):
    """One model call as its sender reports it, before any rule is applied.

    Field types are only what JSON can carry; `tokentally.ingest.normalise` holds the rules.
    `occurred_at` is RFC 3339 text; counts may be digits in a string; `cost_usd` is in USD.
    """

    event_id: str
    occurred_at: str
    source: str | None = None
    model: str | None = None
    input_tokens: int | str | None = None
    cached_input_tokens: int | str | None = None
    cache_write_tokens: int | str | None = None
    cache_write_1h_tokens: int | str | None = None
    output_tokens: int | str | None = None
    reasoning_output_tokens: int | str | None = None
    total_tokens: int | str | None = None
    pricing_mode: str | None = None
    cost_usd: Decimal | None = None
    success: bool | None = None
    revision: int | str | None = None
    user: str | None = None
    team: str | None = None


class Mode(IntEnum):
    """How the source reported its channels: subsets (`overlap`) or disjoint (`add`)."""

    overlap = 0
    add = 1


class CostSource(IntEnum):
    """Where an event's cost comes from; `unpriced` means that no price is known."""

    unpriced = 0
    computed = 1
    reported = 2


class Event(msgspec.Struct, gc=False, frozen=True):
    """A normalised event: input includes cache reads and writes, output includes reasoning.

    `occurred_at` is microseconds since 1970 UTC; `reported_cost` is nano-USD.
    """

    event_id: str
    occurred_at: int
    source: str
    model: str
    user: str
    team: str
    mode: int
    input_tokens: int
    cached_input_tokens: int
    cache_write_tokens: int
    cache_write_1h_tokens: int
    output_tokens: int
    reasoning_output_tokens: int
    reported_cost: int | None
    success: bool
    revision: int
    total_mismatch: bool = False


class Cost(msgspec.Struct, gc=False, frozen=True):
    """The cost of one event: nano-USD, a `CostSource`, and the price row that it came from."""

    nano_usd: int
    source: int
    price_id: int | None


MAX_COST_NANO_USD = 10**15
"""The most that one event may cost; a greater cost is a mistake."""

LONGEST_ID = 200

UNPRICED = Cost(0, int(CostSource.unpriced), None)


def short_id(text: str) -> str:
    """An event id from one that a source gave: itself, or its hash if it is too long."""
    if len(text) <= LONGEST_ID:
        return text
    return blake2b(text.encode(), digest_size=16).hexdigest()
