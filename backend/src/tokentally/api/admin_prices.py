"""`/v1/admin/prices`: what models cost, set and withdrawn by admins as `tokentally prices` does."""

import asyncio
import re
from functools import partial

import msgspec
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams

from tokentally.api.admin_prices_description import (
    ERRORS,
    MALFORMED,
    QUESTION,
    SET,
    UNKNOWN,
    WISH,
    WITHDRAWAL,
)
from tokentally.api.backend import Backend
from tokentally.api.dashboard_parameters import InvalidQuery
from tokentally.api.deps import AdminDep, Called
from tokentally.api.description import body_of
from tokentally.api.json_body import answer, read_json
from tokentally.api.prices_answer import (
    PriceSet,
    PricesInForce,
    PricesWithdrawn,
    StillUnpriced,
    price_in_force_shown,
    price_shown,
    still_unpriced,
)
from tokentally.clock import microseconds
from tokentally.days import date_of, day_number, stated_day
from tokentally.models.plain_text import plain_text
from tokentally.pricing.book import open_book
from tokentally.pricing.own_prices import (
    MOST_TOKENS,
    RATES,
    By,
    own_price,
    set_own_price,
    withdraw_price,
)
from tokentally.queries.prices import ModelPrice, price_in_force, prices_in_force
from tokentally.queries.unpriced import unpriced_since
from tokentally.store.prices import MANUAL
from tokentally.store.usage import read

_is_number = re.compile(r"[0-9]{1,13}", re.ASCII).fullmatch


class PriceWish(msgspec.Struct, forbid_unknown_fields=True):
    """An own price of a model from a UTC day on, in USD per million tokens as decimal text.

    A rate that is left out is the next wider one. A tier counts for events whose own input reaches
    it, and stands on a price of the same day without one.
    """

    model: str
    effective_from: str
    input: str
    output: str
    cached_input: str | None = None
    cache_write: str | None = None
    cache_write_1h: str | None = None
    reasoning_output: str | None = None
    tier_from_input_tokens: int = 0
    why: str = ""


router = APIRouter(prefix="/v1/admin/prices", tags=["admin"], responses=ERRORS)


@router.get("", response_model=PricesInForce, openapi_extra=QUESTION)
async def list_prices(request: Request, called: AdminDep) -> Response:
    """The price of every model that the book has one for; of one `model`, as events are priced."""
    given = request.query_params
    today = day_number(called.backend.clock().date())
    day = stated_day("day", given["day"]) if given.get("day") else today
    model = plain_text("model", given.get("model", "")).lower()
    found = await run_in_threadpool(_in_force, called.backend, model, day)
    prices = [price_in_force_shown(each) for each in found]
    return answer(PricesInForce(date_of(day).isoformat(), prices))


@router.post(
    "",
    response_model=PriceSet,
    status_code=201,
    responses=MALFORMED,
    openapi_extra=body_of(PriceWish, WISH) | SET,
)
async def set_price(request: Request, called: AdminDep) -> Response:
    """Set an own price: it wins over all others. Stored events keep what they cost."""
    wish = await read_json(request, called, PriceWish)
    usd = {name: getattr(wish, name) for name in RATES}
    day = stated_day("effective_from", wish.effective_from)
    price = own_price(wish.model, day, wish.tier_from_input_tokens, usd)
    change = partial(set_own_price, price=price, by=caller_now(called, wish.why))
    replaced = await asyncio.wrap_future(called.backend.writer.run(change))
    before = replaced and price_shown(replaced)
    stored = await run_in_threadpool(stored_unpriced, called.backend, price.model, day)
    return answer(PriceSet(price_shown(price), before, stored), 201)


@router.delete("", response_model=PricesWithdrawn, responses=UNKNOWN, openapi_extra=WITHDRAWAL)
async def remove_price(request: Request, called: AdminDep) -> Response:
    """Withdraw a price set by mistake, and its tiers: they stay in the book and hold no more."""
    given = request.query_params
    change = partial(
        withdraw_price,
        model=plain_text("model", given.get("model", ""), least=1).lower(),
        source=plain_text("source", given.get("source", "")) or MANUAL,
        day=stated_day("effective_from", given.get("effective_from", "")),
        tier_from=_tier(given),
        by=caller_now(called, given.get("why", "")),
    )
    withdrawn = await asyncio.wrap_future(called.backend.writer.run(change))
    return answer(PricesWithdrawn([price_shown(each) for each in withdrawn]))


def caller_now(called: Called, why: str) -> By:
    """The caller, as the audit names who changed something; raises `InvalidText`."""
    return By(called.caller.user, microseconds(called.backend.clock()), plain_text("why", why))


def stored_unpriced(backend: Backend, model: str, day: int) -> StillUnpriced:
    """What of a model has no price from a day (its number) on, and what gives it one."""
    found = read(backend.database, partial(unpriced_since, name=model, day=day))
    return still_unpriced(found, model, day)


def _in_force(backend: Backend, model: str, day: int) -> list[ModelPrice]:
    with backend.database.readers.connect() as connection:
        if not model:
            return list(prices_in_force(connection, day))
        book = open_book(backend.settings, backend.clock)
        found = price_in_force(connection, book, model, day)
        return [found] if found else []


def _tier(given: QueryParams) -> int:
    text = given.get("tier_from_input_tokens") or "0"
    if not _is_number(text):
        raise InvalidQuery(f"tier_from_input_tokens must be a number from 0 to {MOST_TOKENS}")
    return int(text)
