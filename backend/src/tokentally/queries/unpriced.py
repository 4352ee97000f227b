"""Models that have events of unknown cost."""

from typing import NamedTuple

from sqlalchemy import select

from tokentally.days import ALL_DAYS
from tokentally.models.core import model
from tokentally.store.rollups import MODEL_DAILY
from tokentally.store.usage import Snapshot

_SUMS = ("unpriced_tokens", "requests")


class Unpriced(NamedTuple):
    """A model: how many of its tokens have no price, and its requests, priced ones included."""

    model: str
    tokens: int
    requests: int


def unpriced_models(now: Snapshot, days: range) -> list[Unpriced] | None:
    """Models with tokens that have no price in `days` (day numbers), most tokens first.

    None while that would have to be counted from all raw events.
    """
    if MODEL_DAILY.name in now.building:
        return None
    sums = now.sums(MODEL_DAILY, days, by=("model_id",), of=_SUMS)
    named = select(model.c.name, *(sums.c[name] for name in _SUMS)).join(
        sums, sums.c.model_id == model.c.id
    )
    rows = now.connection.execute(named.where(sums.c.unpriced_tokens != 0))
    found = [Unpriced(name, int(tokens), int(requests)) for name, tokens, requests in rows]
    return sorted(found, key=lambda each: (-each.tokens, each.model))


def unpriced_since(now: Snapshot, name: str, day: int) -> Unpriced | None:
    """What of a model has no price from a day (its number) on.

    None while that would have to be counted from all raw events.
    """
    if MODEL_DAILY.name in now.building:
        return None
    days = range(day, ALL_DAYS.stop)
    model_id = select(model.c.id).where(model.c.name == name).scalar_subquery()
    sums = now.sums(
        MODEL_DAILY,
        days,
        by=("model_id",),
        of=_SUMS,
        where=lambda rows: [rows.c.model_id == model_id],
    )
    row = now.connection.execute(select(*(sums.c[each] for each in _SUMS))).first()
    return Unpriced(name, *map(int, row or (0, 0)))
