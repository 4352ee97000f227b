"""Costs of the package's own calculator and ours: every difference has one of five reasons."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

from backend.tests.pricing.priced import call
from genai_prices import Usage, calc_price
from genai_prices.data_snapshot import get_snapshot
from genai_prices.types import ModelPrice, StartDateConstraint

from tokentally.clock import microseconds
from tokentally.models.event import Event
from tokentally.pricing.book import in_force, sets_of
from tokentally.pricing.cost import computed_cost
from tokentally.pricing.package import look_up

FIRST = datetime(2023, 1, 1, tzinfo=UTC)
DAYS = 1_500

BY_THE_HOUR = "its price changes with the hour, which a row of a day can't say: unpriced here"
BY_THE_REQUEST = "each request is charged besides its tokens, which no rate says: unpriced here"
NOT_BY_TOKEN = (
    "it charges something else than tokens of input: unpriced here, 0 or part of it there"
)
UNKNOWN = "the package finds no model of that name, and so don't we: unpriced here, an error there"
FINER = "a rate has digits past a nano-USD per million tokens: a nano-USD off at this size"
REASONS = {BY_THE_HOUR, BY_THE_REQUEST, NOT_BY_TOKEN, UNKNOWN, FINER}


class Case(NamedTuple):
    """A model of a provider, and a call of it."""

    provider: str
    model: str
    event: Event
    at: datetime


def test_costs_are_those_of_the_package_but_for_known_reasons() -> None:
    compared, differences = 0, Counter[str]()

    for case in cases():
        ours, theirs = our_cost(case), their_cost(case)
        if ours is not None and theirs is not None:
            compared += 1
            if ours != theirs:
                assert abs(ours - theirs) == 1, case
                assert has_finer_rate(case), case
                differences[FINER] += 1
        else:
            assert ours is None, case
            differences[why_unpriced(case, theirs)] += 1

    assert compared >= 10_000, differences
    assert differences.keys() == REASONS
    assert sum(differences.values()) < compared / 10


def cases() -> Iterator[Case]:
    """Calls of every model of the package, and of one that it doesn't know, on random days."""
    chance = random.Random(4)
    models = [(p.id, m.id) for p in get_snapshot().providers for m in p.models]
    for provider, model in [*models, ("openai", "gpt-0-none")]:
        for _ in range(8):
            at = FIRST + timedelta(days=chance.randrange(DAYS), seconds=chance.randrange(86_400))
            yield Case(provider, model, any_call(chance, f"{provider}/{model}", at), at)


def any_call(chance: random.Random, model: str, at: datetime) -> Event:
    """A call with some of everything, often near the sizes at which tiers begin."""
    edges = (0, 1, 32_000, 128_000, 128_001, 200_000, 200_001, 256_000, 272_000, 272_001)
    total = chance.choice([*edges, chance.randrange(2_000_000)])
    read = chance.randint(0, total)
    written = chance.randint(0, total - read)
    output = chance.choice([0, 1, chance.randrange(100_000)])
    return call(
        model=model,
        occurred_at=microseconds(at),
        input_tokens=total,
        cached_input_tokens=read,
        cache_write_tokens=written,
        cache_write_1h_tokens=chance.choice([0, written, chance.randint(0, written)]),
        output_tokens=output,
        reasoning_output_tokens=chance.randint(0, output),
    )


def our_cost(case: Case) -> int | None:
    """Nano-USD, or None if it is unpriced."""
    entry = look_up(case.event.model)
    found = (
        in_force(sets_of(entry.prices), case.event.occurred_at // 86_400_000_000) if entry else None
    )
    return computed_cost(case.event, found.tiers).nano_usd if found else None


def their_cost(case: Case) -> int | None:
    """Nano-USD, or None if the package refuses."""
    event = case.event
    usage = Usage(
        input_tokens=event.input_tokens,
        cache_read_tokens=event.cached_input_tokens,
        cache_write_tokens=event.cache_write_tokens,
        cache_write_1h_tokens=event.cache_write_1h_tokens,
        output_tokens=event.output_tokens,
        output_reasoning_tokens=event.reasoning_output_tokens,
    )
    try:
        price = calc_price(
            usage, case.model, provider_id=case.provider, genai_request_timestamp=case.at
        )
    except LookupError:
        return None
    return int((price.total_price * 10**9).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def prices_of(case: Case) -> list[tuple[object, ModelPrice]]:
    """The prices of the model with what they depend on."""
    _, model = get_snapshot().find_provider_model(case.model, None, case.provider, None)
    if isinstance(model.prices, ModelPrice):
        return [(None, model.prices)]
    return [(part.constraint, part.prices) for part in model.prices]


def has_finer_rate(case: Case) -> bool:
    """Whether a rate of the model can't be kept exactly."""
    prices = [price for _, part in prices_of(case) for price in vars(part).values()]
    nano = Decimal("1e-9")
    return any(isinstance(p, Decimal) and p != p.quantize(nano) for p in prices)


def why_unpriced(case: Case, theirs: int | None) -> str:
    """Which of the reasons it is."""
    if theirs is None:
        return UNKNOWN
    parts = prices_of(case)
    if any(when and not isinstance(when, StartDateConstraint) for when, _ in parts):
        return BY_THE_HOUR
    if any(prices.requests_kcount for _, prices in parts):
        return BY_THE_REQUEST
    assert any(prices.input_mtok is None for _, prices in parts), case
    return NOT_BY_TOKEN
