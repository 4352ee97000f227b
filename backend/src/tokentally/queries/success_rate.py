"""The share of each team's requests that succeeded."""

from collections import Counter
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from tokentally.days import DayRange
from tokentally.queries.team_days import team_days, teams_to_list
from tokentally.store.usage import Snapshot

_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class TeamSuccess:
    """A team's requests; `success_rate` is 0..100 with 2 decimals, 0 without requests."""

    name: str
    total_requests: int
    successful_requests: int
    failed_requests: int
    success_rate: float


@dataclass(frozen=True)
class SuccessRates:
    """Every team, by name."""

    teams: list[TeamSuccess]


def success_per_team(now: Snapshot, days: DayRange) -> SuccessRates:
    """Requests of every team in `days`, and how many of them succeeded."""
    rows = team_days(now, days)
    requests: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for row in rows:
        requests[row.team] += row.requests
        failed[row.team] += row.failed
    return SuccessRates(
        [_team(name, requests[name], failed[name]) for name in teams_to_list(now, rows)]
    )


def _team(name: str, requests: int, failed: int) -> TeamSuccess:
    return TeamSuccess(name, requests, requests - failed, failed, _rate(requests, failed))


def _rate(requests: int, failed: int) -> float:
    if not requests:
        return 0.0
    percent = Decimal(100 * (requests - failed)) / requests
    return float(percent.quantize(_HUNDREDTH, rounding=ROUND_HALF_EVEN))
