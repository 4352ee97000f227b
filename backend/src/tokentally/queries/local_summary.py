"""What a user used in a range of local days, in all."""

from tokentally.pricing.profile import DefaultProfile
from tokentally.queries.local_pricing import Pricing, pricing
from tokentally.queries.local_range import LocalRange, range_of
from tokentally.queries.local_totals import Totals, totals
from tokentally.queries.local_usage import LocalUsage, added, local_sums
from tokentally.store.usage import Snapshot
from tokentally.store.version import as_of


class LocalSummary(LocalRange):
    """What `usage-summary` answers; `as_of` is the newest receipt of an event, whoever's it is."""

    days: int
    totals: Totals
    pricing: Pricing
    as_of: str | None


def local_summary(now: Snapshot, own: LocalUsage, default: DefaultProfile) -> LocalSummary:
    """The sums over all days."""
    used = local_sums(now, own, by=("model", "mode"))
    return {
        **range_of(own),
        "days": len(own.days.days),
        "totals": totals(added(used.values())),
        "pricing": pricing(now, own, used.keys(), default),
        "as_of": as_of(now.connection),
    }
