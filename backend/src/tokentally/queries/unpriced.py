"""Models that have events of unknown cost."""

from typing import NamedTuple

from sqlalchemy import select

from tokentally.days import ALL_DAYS
from tokentally.models.core import model
from tokentally.store.rollups import MODEL_DAILY
from tokentally.store.usage import Snapshot


class Unpriced(NamedTuple):
    """A model, and how many of its tokens have no price."""

    model: str
    tokens: int


def unpriced_models(now: Snapshot) -> list[Unpriced]:
    """Models with tokens that have no price, most tokens first."""
    sums = now.sums(MODEL_DAILY, ALL_DAYS, by=("model_id",), of=("unpriced_tokens",))
    named = select(model.c.name, sums.c.unpriced_tokens).join(sums, sums.c.model_id == model.c.id)
    rows = now.connection.execute(named.where(sums.c.unpriced_tokens != 0))
    found = [Unpriced(name, int(tokens)) for name, tokens in rows]
    return sorted(found, key=lambda each: (-each.tokens, each.model))
