"""The tables of usage: what is not folded yet, and the rollups.

Days and quarters are numbers since 1970, money is nano-USD.
"""

from typing import Any, ClassVar

from sqlalchemy import PrimaryKeyConstraint
from sqlmodel import Field, SQLModel

from tokentally.models.columns import Int64

_STRICT: dict[str, Any] = {"sqlite_strict": True}
_CLUSTERED: dict[str, Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}


class Sums(SQLModel):
    """What every usage row adds up. Signed: a correction is a row with negative numbers."""

    requests: int = Field(sa_type=Int64)
    failed_requests: int = Field(sa_type=Int64)
    input_tokens: int = Field(sa_type=Int64)
    cached_input_tokens: int = Field(sa_type=Int64)
    cache_write_tokens: int = Field(sa_type=Int64)
    output_tokens: int = Field(sa_type=Int64)
    reasoning_output_tokens: int = Field(sa_type=Int64)
    cost_nano_usd: int = Field(sa_type=Int64)
    unpriced_tokens: int = Field(sa_type=Int64)


class QuarterGroup(SQLModel):
    """What usage is grouped by at its finest. Bases of a table come first in it, from the right:
    SQLite wants the keys of a clustered table before its other columns.
    """

    quarter: int
    user_id: int
    team_id: int
    source_id: int
    model_id: int
    mode: int


class ModelDayGroup(SQLModel):
    """A UTC day, team, source and model."""

    day: int
    team_id: int
    source_id: int
    model_id: int


class UserDayGroup(SQLModel):
    """A UTC day, user, team, source and model."""

    day: int
    user_id: int
    team_id: int
    source_id: int
    model_id: int


class PersonDayGroup(SQLModel):
    """A user, UTC day and team."""

    user_id: int
    day: int
    team_id: int


class PersonGroup(SQLModel):
    """A user and team, whatever the time."""

    user_id: int
    team_id: int


class PendingUsage(Sums, QuarterGroup, table=True):
    """Increments that are not folded into the rollups yet, with the second of their receipt."""

    __tablename__ = "pending_usage"
    __table_args__: ClassVar[Any] = _STRICT
    id: int | None = Field(default=None, sa_type=Int64, primary_key=True)
    received_seconds: int = Field(sa_type=Int64)


class UserQuarterUsage(Sums, QuarterGroup, table=True):
    """Rollup for local-time pages of one user."""

    __tablename__ = "user_quarter_usage"
    __table_args__: ClassVar[Any] = (
        PrimaryKeyConstraint("user_id", "quarter", "team_id", "source_id", "model_id", "mode"),
        _CLUSTERED,
    )


class UserDailyUsage(Sums, UserDayGroup, table=True):
    """Rollup for people and team boards."""

    __tablename__ = "user_daily_usage"
    __table_args__: ClassVar[Any] = (
        PrimaryKeyConstraint("day", "user_id", "team_id", "source_id", "model_id"),
        _CLUSTERED,
    )


class ModelDailyUsage(Sums, ModelDayGroup, table=True):
    """The per-model daily rollup, kept by model first: sums by model need no sorting."""

    __tablename__ = "model_daily_usage"
    __table_args__: ClassVar[Any] = (
        PrimaryKeyConstraint("model_id", "day", "team_id", "source_id"),
        _CLUSTERED,
    )


class PeopleDailyUsage(Sums, PersonDayGroup, table=True):
    """What people are ranked by, kept by user first: a few rows a user and month."""

    __tablename__ = "people_daily_usage"
    __table_args__: ClassVar[Any] = (
        PrimaryKeyConstraint("user_id", "day", "team_id"),
        _CLUSTERED,
    )


class PeopleTotalUsage(Sums, PersonGroup, table=True):
    """What each person used in each of their teams, ever."""

    __tablename__ = "people_total_usage"
    __table_args__: ClassVar[Any] = (PrimaryKeyConstraint("user_id", "team_id"), _CLUSTERED)
