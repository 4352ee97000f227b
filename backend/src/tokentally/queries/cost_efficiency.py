"""What a thousand tokens cost, by team and model."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from tokentally.days import DayRange
from tokentally.models.core import model, team
from tokentally.pricing.money import rounded_usd
from tokentally.queries.previous import PreviousTokens, not_compared
from tokentally.store.rollups import MODEL_DAILY
from tokentally.store.usage import Snapshot

_SUMMED = ("input_tokens", "output_tokens", "cost_nano_usd", "unpriced_tokens")


@dataclass(frozen=True)
class CostCell:
    """A team on a model (display name): USD in all and per 1,000 priced tokens, 6 decimals."""

    team: str
    model: str
    cost_per_1k_tokens: Decimal
    total_cost: Decimal
    total_tokens: int
    unpriced_tokens: int
    previous_tokens: PreviousTokens = field(default_factory=not_compared)


@dataclass(frozen=True)
class CostEfficiency:
    """Cells with tokens, by team, then model."""

    cells: list[CostCell]


def cost_per_team_and_model(
    now: Snapshot, days: DayRange, previous: DayRange | None = None
) -> CostEfficiency:
    """Cost and tokens of each team on each model in `days`, and its tokens in the `previous` ones.

    `cost_per_1k_tokens` divides by the tokens whose price is known; 0 where none is.
    """
    cells = _used(now, days)
    if previous:
        before = {(cell.team, cell.model): cell.total_tokens for cell in _used(now, previous)}
        cells = [
            replace(cell, previous_tokens=before.get((cell.team, cell.model), 0)) for cell in cells
        ]
    return CostEfficiency(cells)


def _used(now: Snapshot, days: DayRange) -> list[CostCell]:
    """Cells with tokens, by team, then model."""
    sums = now.sums(MODEL_DAILY, days.numbers, by=("team_id", "model_id"), of=_SUMMED)
    statement = (
        select(
            team.c.name.label("team"),
            model.c.display_name.label("model"),
            *(func.sum(sums.c[name]).label(name) for name in _SUMMED),
        )
        .join(team, team.c.id == sums.c.team_id)
        .join(model, model.c.id == sums.c.model_id)
        .group_by(team.c.name, model.c.display_name)
        .order_by(team.c.name, model.c.display_name)
    )
    cells = [_cell(row) for row in now.connection.execute(statement)]
    return [cell for cell in cells if cell.total_tokens]


def _cell(row: Any) -> CostCell:
    tokens = int(row.input_tokens) + int(row.output_tokens)
    cost, unpriced = int(row.cost_nano_usd), int(row.unpriced_tokens)
    priced = tokens - unpriced
    per_1k = Decimal(cost) * 1000 / priced if priced else Decimal(0)
    return CostCell(row.team, row.model, rounded_usd(per_1k), rounded_usd(cost), tokens, unpriced)
