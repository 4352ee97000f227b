"""Reads of one user's own usage in local days, as the dashboard asks for it."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial

from benchmarks.database import database
from benchmarks.load import USERS
from benchmarks.measure import Figure, percentile, seconds
from benchmarks.reads import LAST
from tokentally.days import DayRange
from tokentally.local_days import LocalDays, iana_zone
from tokentally.pricing.profile import DefaultProfile
from tokentally.queries.local_breakdown import local_breakdown
from tokentally.queries.local_daily import local_daily
from tokentally.queries.local_heatmap import local_heatmap
from tokentally.queries.local_summary import local_summary
from tokentally.queries.local_usage import LocalUsage
from tokentally.store.engine import Database
from tokentally.store.usage import Snapshot, read

Query = Callable[[Snapshot, LocalUsage], object]

_DEFAULT = DefaultProfile("gpt-5.2-codex", "openrouter")
_QUERIES: dict[str, Query] = {
    "usage-summary": lambda now, own: local_summary(now, own, _DEFAULT),
    "usage-model-breakdown": lambda now, own: local_breakdown(now, own, _DEFAULT, names=True),
    "usage-daily": lambda now, own: local_daily(now, own, _DEFAULT),
    "usage-heatmap": lambda now, own: local_heatmap(now, own, "sun"),
}


def own_queries(url: str) -> list[Figure]:
    """Uncached answers about a year in a zone with summer time: p99 of 60 users of all ranks, and
    the user with most events, who has 8 % of all.
    """
    users = range(USERS // 120, USERS, USERS // 60)
    with database(url) as opened:
        return [
            *(
                _figure(opened, f"{name} 365 d", _QUERIES[name], users, "<= 50")
                for name in _QUERIES
            ),
            _figure(
                opened, "usage-daily 365 d, busiest user", _QUERIES["usage-daily"], [0] * 20, ""
            ),
        ]


def _figure(opened: Database, what: str, query: Query, users: Iterable[int], goal: str) -> Figure:
    def ask(own: LocalUsage) -> None:
        read(opened, lambda now: query(now, own))

    times = [seconds(partial(ask, _year_of(user))) for user in users]
    return Figure(f"{what}, uncached, p99", 1000 * percentile(times, 0.99), "ms", goal)


def _year_of(user: int) -> LocalUsage:
    zone = iana_zone("America/Santiago")
    assert zone is not None
    days = DayRange(LAST - timedelta(days=364), LAST)
    return LocalUsage(f"user-{user:04}", LocalDays(days, zone))
