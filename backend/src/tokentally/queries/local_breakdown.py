"""What a user used in a range of local days, by source and model."""

from collections import defaultdict
from dataclasses import dataclass

from typing_extensions import TypedDict

from tokentally.pricing.profile import DefaultProfile
from tokentally.queries.local_pricing import Pricing, pricing
from tokentally.queries.local_range import LocalRange, range_of
from tokentally.queries.local_totals import Totals, totals
from tokentally.queries.local_usage import LocalUsage, Used, added, local_sums
from tokentally.queries.model_names import model_names
from tokentally.store.usage import Snapshot

ByModel = dict[str, list[Used]]


@dataclass(frozen=True)
class ModelTotals:
    """What a model of a source used; its cost is the sum of what its events cost each."""

    model: str
    totals: Totals


@dataclass(frozen=True)
class SourceTotals:
    """What a source used, and its models, most tokens first."""

    source: str
    totals: Totals
    models: list[ModelTotals]


class ModelNames(TypedDict, total=False):
    """The shown names of all model ids, for who asks for them."""

    names: dict[str, str]


class LocalBreakdown(LocalRange, ModelNames):
    """What `usage-model-breakdown` answers: sources by name."""

    days: int
    sources: list[SourceTotals]
    pricing: Pricing


def local_breakdown(
    now: Snapshot, own: LocalUsage, default: DefaultProfile, *, names: bool
) -> LocalBreakdown:
    """The sums over all days, under the names of models that events carry."""
    sources: defaultdict[str, ByModel] = defaultdict(lambda: defaultdict(list))
    by = ("source", "model", "mode")
    groups = local_sums(now, own, by=by)
    for (source, model, _mode), used in groups.items():
        sources[source][model].append(used)
    kinds = {(model, mode) for _source, model, mode in groups}
    named: ModelNames = {"names": model_names(now, {model for model, _ in kinds})} if names else {}
    return {
        **range_of(own),
        "days": len(own.days.days),
        "sources": [_source(name, sources[name]) for name in sorted(sources)],
        "pricing": pricing(now, own, kinds, default),
        **named,
    }


def _source(name: str, used: ByModel) -> SourceTotals:
    models = {model: added(parts) for model, parts in used.items()}
    most_first = sorted(models, key=lambda model: (-models[model].tokens, model))
    listed = [ModelTotals(model, totals(models[model])) for model in most_first]
    return SourceTotals(name, totals(added(models.values())), listed)
