"""Tokens and requests of every team on every day of a range."""

from dataclasses import dataclass

from tokentally.days import DayRange, day_number
from tokentally.queries.team_days import TeamDay, team_days, teams_to_list
from tokentally.store.usage import Snapshot


@dataclass(frozen=True)
class TeamOnDay:
    """One team on one day; zeros where it did nothing."""

    name: str
    tokens: int
    total_requests: int
    successful_requests: int
    failed_requests: int


@dataclass(frozen=True)
class TeamsOnDay:
    """Every team on the day `date` (YYYY-MM-DD, UTC)."""

    date: str
    teams: list[TeamOnDay]


@dataclass(frozen=True)
class Timeseries:
    """Every day of the range, ascending."""

    timeseries: list[TeamsOnDay]


def tokens_per_day(now: Snapshot, days: DayRange) -> Timeseries:
    """Every team on every day of `days`, zeros included."""
    rows = team_days(now, days)
    teams = teams_to_list(now, rows)
    used = {(row.day, row.team): row for row in rows}
    return Timeseries(
        [
            TeamsOnDay(
                day.isoformat(),
                [_on_day(name, used.get((day_number(day), name))) for name in teams],
            )
            for day in days
        ]
    )


def _on_day(name: str, row: TeamDay | None) -> TeamOnDay:
    if row is None:
        return TeamOnDay(name, 0, 0, 0, 0)
    return TeamOnDay(name, row.tokens, row.requests, row.requests - row.failed, row.failed)
