"""What a user used in a range, in all, and the models that it went to most."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tokentally.pricing.money import rounded_usd
from tokentally.queries.usage_costs_own import Number, Own, own_sums, rounded
from tokentally.store.usage import Snapshot

_SUMMED = ("input_tokens", "output_tokens", "cost_nano_usd", "unpriced_tokens")
_LISTED = 3


@dataclass(frozen=True)
class ModelShare:
    """A model, and its shares of all tokens and cost in per cent with 2 decimals."""

    model: str
    total_tokens: int
    total_cost: Number
    share_tokens: Number
    share_cost: Number


@dataclass(frozen=True)
class TopModels:
    """Up to three models with most tokens, and up to three with most cost."""

    by_tokens: list[ModelShare]
    by_cost: list[ModelShare]


@dataclass(frozen=True)
class Summary:
    """Sums over the range: USD with 6 decimals; `cost_per_1k` is of tokens whose price is known."""

    input_tokens: int
    output_tokens: int
    total_tokens: int
    total_cost: Number
    cost_per_1k: Number
    top_models: TopModels


@dataclass(frozen=True)
class _Used:
    """Sums of one model, or of all; `cost` in nano-USD."""

    model: str
    input: int
    output: int
    cost: int
    unpriced: int

    @property
    def tokens(self) -> int:
        return self.input + self.output


def summary(now: Snapshot, own: Own) -> Summary:
    """The sums over the whole range, sealed days included."""
    models = [_used(row) for row in own_sums(now, own, by=("model",), of=_SUMMED)]
    columns = ((used.input, used.output, used.cost, used.unpriced) for used in models)
    totals = [sum(column) for column in zip(*columns, strict=True)] or [0, 0, 0, 0]
    total = _Used("", *totals)
    priced = total.tokens - total.unpriced
    per_1k = Decimal(total.cost) * 1000 / priced if priced else Decimal(0)
    return Summary(
        input_tokens=total.input,
        output_tokens=total.output,
        total_tokens=total.tokens,
        total_cost=rounded_usd(total.cost),
        cost_per_1k=rounded_usd(per_1k),
        top_models=TopModels(
            by_tokens=_top(models, total, lambda used: used.tokens),
            by_cost=_top(models, total, lambda used: used.cost),
        ),
    )


def _used(row: Any) -> _Used:
    return _Used(row.model, *(int(getattr(row, name)) for name in _SUMMED))


def _top(models: list[_Used], total: _Used, amount: Callable[[_Used], int]) -> list[ModelShare]:
    most = sorted(filter(amount, models), key=lambda used: (-amount(used), used.model))
    return [
        ModelShare(
            model=used.model,
            total_tokens=used.tokens,
            total_cost=rounded_usd(used.cost),
            share_tokens=_share(used.tokens, total.tokens),
            share_cost=_share(used.cost, total.cost),
        )
        for used in most[:_LISTED]
    ]


def _share(part: int, whole: int) -> Decimal:
    return rounded(Decimal(100 * part) / (whole or 1), "0.01")
