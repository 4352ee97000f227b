"""What each team did on each day: the common ground of the time series and the success rate."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from tokentally.days import DayRange
from tokentally.models.core import team
from tokentally.store.names import UNASSIGNED
from tokentally.store.rollups import MODEL_DAILY
from tokentally.store.usage import Snapshot

_SUMMED = ("input_tokens", "output_tokens", "requests", "failed_requests")


@dataclass(frozen=True)
class TeamDay:
    """A team's tokens and requests on one UTC day (its number)."""

    day: int
    team: str
    tokens: int
    requests: int
    failed: int


def team_days(now: Snapshot, days: DayRange) -> list[TeamDay]:
    """A row for each team and day with usage."""
    sums = now.sums(MODEL_DAILY, days.numbers, by=("day", "team_id"), of=_SUMMED)
    statement = (
        select(sums, team.c.name)
        .join(team, team.c.id == sums.c.team_id)
        .where(sums.c.requests > 0)  # a correction can leave rows that cancel out
    )
    return [_team_day(row) for row in now.connection.execute(statement)]


def _team_day(row: Any) -> TeamDay:
    return TeamDay(
        day=row.day,
        team=row.name,
        tokens=int(row.input_tokens) + int(row.output_tokens),
        requests=int(row.requests),
        failed=int(row.failed_requests),
    )


def teams_to_list(now: Snapshot, rows: list[TeamDay]) -> list[str]:
    """The names of all teams, ascending; `Unassigned` only where it has usage in `rows`."""
    used = {row.team for row in rows}
    names = now.connection.execute(select(team.c.name).order_by(team.c.name)).scalars()
    return [name for name in names if name != UNASSIGNED or name in used]
