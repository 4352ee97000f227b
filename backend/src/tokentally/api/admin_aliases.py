"""`/v1/admin/aliases`: models that stand for others, set by admins as `tokentally aliases` does."""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Literal

import msgspec
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from tokentally.api.admin_prices import caller_now, stored_unpriced
from tokentally.api.admin_prices_description import ALIAS_SET, ALIAS_WISH, ALIASES, MALFORMED
from tokentally.api.backend import Backend
from tokentally.api.deps import AdminDep
from tokentally.api.description import body_of, problems
from tokentally.api.json_body import answer, read_json
from tokentally.api.prices_answer import StillUnpriced
from tokentally.days import FIRST_DATE, date_of, stated_day
from tokentally.pricing.aliases import (
    Kind,
    KindAndAlias,
    alias_from,
    every_alias,
    said_of,
    set_alias_of,
)


class AliasWish(msgspec.Struct, forbid_unknown_fields=True):
    """A model that is to stand for another one from a UTC day on; both the same: for itself again.

    `price`: its events are priced as the other's. `usage`: it counts as the other too.
    """

    from_model: str
    to_model: str
    kind: Literal["price", "usage"] = "price"
    effective_from: str = FIRST_DATE.isoformat()
    why: str = ""


@dataclass(frozen=True)
class AliasShown:
    """An alias that stands from a UTC day on, until the next one of its kind and model."""

    kind: Kind
    from_model: str
    to_model: str
    effective_from: str


@dataclass(frozen=True)
class AliasesShown:
    """Every alias that stands, by kind, model and day."""

    aliases: list[AliasShown]


@dataclass(frozen=True)
class AliasSet:
    """The alias that was set, in words too; `stored` is null for usage, which counts at once."""

    alias: AliasShown
    says: str
    stored: StillUnpriced | None


_ERRORS = problems({503: "The database is unavailable; try again."})

router = APIRouter(prefix="/v1/admin/aliases", tags=["admin"], responses=_ERRORS)


@router.get("", response_model=AliasesShown, openapi_extra=ALIASES)
async def list_aliases(called: AdminDep) -> Response:
    """Every alias that stands; of those with the same kind, model and day the last one does."""
    found = await run_in_threadpool(_aliases, called.backend)
    standing = {(each.kind, *each.alias[::2]): _shown(each) for each in found}
    return answer(AliasesShown(list(standing.values())))


@router.post(
    "",
    response_model=AliasSet,
    status_code=201,
    responses=MALFORMED,
    openapi_extra=body_of(AliasWish, ALIAS_WISH) | ALIAS_SET,
)
async def add_alias(request: Request, called: AdminDep) -> Response:
    """Let a model stand for another one. Stored events keep what they cost."""
    wish = await read_json(request, called, AliasWish)
    day = stated_day("effective_from", wish.effective_from)
    kind, alias = Kind(wish.kind), alias_from(wish.from_model, wish.to_model, day)
    change = partial(set_alias_of, kind=kind, alias=alias, by=caller_now(called, wish.why))
    await asyncio.wrap_future(called.backend.writer.run(change))
    stored = None
    if kind is Kind.price:
        stored = await run_in_threadpool(stored_unpriced, called.backend, alias.from_model, day)
    shown = _shown(KindAndAlias(kind, alias))
    return answer(AliasSet(shown, said_of(kind, alias), stored), 201)


def _aliases(backend: Backend) -> list[KindAndAlias]:
    with backend.database.readers.connect() as connection:
        return every_alias(connection)


def _shown(each: KindAndAlias) -> AliasShown:
    day = date_of(each.alias.effective_from).isoformat()
    return AliasShown(each.kind, each.alias.from_model, each.alias.to_model, day)
