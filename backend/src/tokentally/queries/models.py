"""How much each model was used: one entry a display name."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import func, select

from tokentally.days import DayRange
from tokentally.models.core import model
from tokentally.pricing.money import usd
from tokentally.queries.filters import Filter, matching
from tokentally.store.rollups import MODEL_DAILY
from tokentally.store.usage import Snapshot
from tokentally.store.version import as_of


@dataclass(frozen=True)
class ModelUsage:
    """Usage of the model ids that share a display name; `cost_usd` has 6 decimals."""

    model: str
    tokens: int
    model_ids: list[str]
    requests: int
    cost_usd: str
    unpriced_tokens: int


@dataclass(frozen=True)
class ModelsUsage:
    """Models with tokens, most tokens first; `as_of` is the newest receipt included."""

    models: list[ModelUsage]
    as_of: str | None


def tokens_per_model(now: Snapshot, days: DayRange, only: Filter) -> ModelsUsage:
    """Tokens, requests and cost of each model in `days`."""
    usage = now.usage(MODEL_DAILY, days.numbers)
    sums = (
        select(
            usage.c.model_id,
            func.sum(usage.c.input_tokens + usage.c.output_tokens).label("tokens"),
            func.sum(usage.c.requests).label("requests"),
            func.sum(usage.c.cost_nano_usd).label("cost"),
            func.sum(usage.c.unpriced_tokens).label("unpriced"),
        )
        .where(*matching(usage, only))
        .group_by(usage.c.model_id)
        .subquery()
    )
    statement = (
        select(model.c.name, model.c.display_name, *list(sums.c)[1:])
        .join(sums, sums.c.model_id == model.c.id)
        .order_by(model.c.display_name, model.c.name)
    )
    rows = now.connection.execute(statement)
    entries = [_entry(name, list(ids)) for name, ids in groupby(rows, lambda row: row.display_name)]
    used = (entry for entry in entries if entry.tokens)
    return ModelsUsage(
        models=sorted(used, key=lambda entry: (-entry.tokens, entry.model)),
        as_of=as_of(now.connection),
    )


def _entry(name: str, ids: list[Any]) -> ModelUsage:
    return ModelUsage(
        model=name,
        tokens=sum(int(row.tokens) for row in ids),
        model_ids=[row.name for row in ids if int(row.tokens)],
        requests=sum(int(row.requests) for row in ids),
        cost_usd=usd(sum(int(row.cost) for row in ids)),
        unpriced_tokens=sum(int(row.unpriced) for row in ids),
    )
