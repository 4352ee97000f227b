"""What each team did on each day: the common ground of the time series and the success rate."""

from dataclasses import dataclass

from sqlalchemy import func, select

from tokentally.days import DayRange
from tokentally.models.core import team
from tokentally.store.names import UNASSIGNED
from tokentally.store.rollups import MODEL_DAILY
from tokentally.store.usage import Snapshot


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
    usage = now.usage(MODEL_DAILY, days.numbers)
    sums = (
        select(
            usage.c.day,
            usage.c.team_id,
            func.sum(usage.c.input_tokens + usage.c.output_tokens).label("tokens"),
            func.sum(usage.c.requests).label("requests"),
            func.sum(usage.c.failed_requests).label("failed"),
        )
        .group_by(usage.c.day, usage.c.team_id)
        .having(func.sum(usage.c.requests) > 0)  # a correction can leave rows that cancel out
        .subquery()
    )
    statement = select(sums.c.day, team.c.name, sums.c.tokens, sums.c.requests, sums.c.failed).join(
        team, team.c.id == sums.c.team_id
    )
    return [
        TeamDay(row.day, row.name, int(row.tokens), int(row.requests), int(row.failed))
        for row in now.connection.execute(statement)
    ]


def teams_to_list(now: Snapshot, rows: list[TeamDay]) -> list[str]:
    """The names of all teams, ascending; `Unassigned` only where it has usage in `rows`."""
    used = {row.team for row in rows}
    names = now.connection.execute(select(team.c.name).order_by(team.c.name)).scalars()
    return [name for name in names if name != UNASSIGNED or name in used]
