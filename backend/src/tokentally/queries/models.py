"""How much each model was used: one entry a display name."""

from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby
from typing import Any

from sqlalchemy import select

from tokentally.days import DayRange
from tokentally.models.core import model
from tokentally.pricing.money import usd
from tokentally.queries.filters import Filter, matching
from tokentally.queries.previous import PreviousTokens, not_compared
from tokentally.store.rollups import MODEL_DAILY
from tokentally.store.usage import Snapshot
from tokentally.store.version import as_of

_SUMMED = ("input_tokens", "output_tokens", "requests", "cost_nano_usd", "unpriced_tokens")


@dataclass(frozen=True)
class ModelUsage:
    """Usage of the model ids that share a display name; `cost_usd` has 6 decimals."""

    model: str
    tokens: int
    model_ids: list[str]
    requests: int
    cost_usd: str
    unpriced_tokens: int
    previous_tokens: PreviousTokens = field(default_factory=not_compared)


@dataclass(frozen=True)
class ModelsUsage:
    """Models with tokens, most tokens first; `as_of` is the newest receipt included."""

    models: list[ModelUsage]
    as_of: str | None


def tokens_per_model(
    now: Snapshot, days: DayRange, only: Filter, previous: DayRange | None = None
) -> ModelsUsage:
    """Tokens, requests and cost of each model in `days`, and its tokens in the `previous` ones."""
    models = _used(now, days, only)
    if previous:
        before = {entry.model: entry.tokens for entry in _used(now, previous, only)}
        models = [replace(entry, previous_tokens=before.get(entry.model, 0)) for entry in models]
    return ModelsUsage(models, as_of(now.connection))


def _used(now: Snapshot, days: DayRange, only: Filter) -> list[ModelUsage]:
    """Models with tokens, most first."""
    sums = now.sums(
        MODEL_DAILY, days.numbers, by=("model_id",), of=_SUMMED, where=partial(matching, only=only)
    )
    statement = (
        select(model.c.name, model.c.display_name, *(sums.c[name] for name in _SUMMED))
        .join(sums, sums.c.model_id == model.c.id)
        .order_by(model.c.display_name, model.c.name)
    )
    rows = now.connection.execute(statement)
    entries = [_entry(name, list(ids)) for name, ids in groupby(rows, lambda row: row.display_name)]
    used = (entry for entry in entries if entry.tokens)
    return sorted(used, key=lambda entry: (-entry.tokens, entry.model))


def _entry(name: str, ids: list[Any]) -> ModelUsage:
    return ModelUsage(
        model=name,
        tokens=sum(_tokens(row) for row in ids),
        model_ids=[row.name for row in ids if _tokens(row)],
        requests=sum(int(row.requests) for row in ids),
        cost_usd=usd(sum(int(row.cost_nano_usd) for row in ids)),
        unpriced_tokens=sum(int(row.unpriced_tokens) for row in ids),
    )


def _tokens(row: Any) -> int:
    return int(row.input_tokens) + int(row.output_tokens)
