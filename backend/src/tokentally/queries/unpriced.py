"""Models that have events of unknown cost."""

from typing import NamedTuple

from sqlalchemy import select

from tokentally.models.core import model
from tokentally.store.rollups import MODEL_DAILY
from tokentally.store.usage import Snapshot


class Unpriced(NamedTuple):
    """A model: how many of its tokens have no price, and its requests, priced ones included."""

    model: str
    tokens: int
    requests: int


def unpriced_models(now: Snapshot, days: range) -> list[Unpriced]:
    """Models with tokens that have no price in `days` (day numbers), most tokens first."""
    of = ("unpriced_tokens", "requests")
    sums = now.sums(MODEL_DAILY, days, by=("model_id",), of=of)
    named = select(model.c.name, *(sums.c[name] for name in of)).join(
        sums, sums.c.model_id == model.c.id
    )
    rows = now.connection.execute(named.where(sums.c.unpriced_tokens != 0))
    found = [Unpriced(name, int(tokens), int(requests)) for name, tokens, requests in rows]
    return sorted(found, key=lambda each: (-each.tokens, each.model))
