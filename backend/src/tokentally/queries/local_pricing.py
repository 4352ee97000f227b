"""The rates that are shown beside a user's usage, and how its sources report their channels."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from tokentally.days import day_number
from tokentally.models.event import Mode
from tokentally.pricing.profile import DefaultProfile, Rates, profile_of
from tokentally.queries.local_usage import LocalUsage
from tokentally.store.usage import Snapshot

PricingMode = Literal["add", "overlap", "mixed"]


@dataclass(frozen=True)
class Pricing:
    """Rates of `model` on the last day. `pricing_mode` says how sources report channels: as parts
    of others (`overlap`), beside each other (`add`), or both; counts and costs don't depend on it.
    """

    model: str
    pricing_mode: PricingMode
    source: str
    effective_from: str
    rates_per_million_usd: Rates


def pricing(
    now: Snapshot, own: LocalUsage, used: Collection[tuple[str, int]], default: DefaultProfile
) -> Pricing:
    """The rates of the model asked for, else of the only one in `used` (models and modes), else of
    the default.
    """
    models = {model for model, _mode in used}
    only = own.model or (models.pop() if len(models) == 1 else None)
    profile = profile_of(now.connection, only, day_number(own.days.days.last), default)
    return Pricing(
        model=profile.model,
        pricing_mode=_mode_of({mode for _model, mode in used}),
        source=profile.source,
        effective_from=profile.effective_from,
        rates_per_million_usd=profile.rates,
    )


def _mode_of(modes: set[int]) -> PricingMode:
    if modes == {Mode.add}:
        return "add"
    return "mixed" if len(modes) > 1 else "overlap"
