"""The tables of events, and of the store itself.

Times are microseconds since 1970 UTC, days and quarters are numbers since 1970, money is nano-USD;
names live once in `app_user`, `team`, `source` and `model`.
"""

from typing import Any, ClassVar

from sqlalchemy import Index, PrimaryKeyConstraint
from sqlmodel import Field, SQLModel

from tokentally.models.columns import Int64, PlainText

_STRICT: dict[str, Any] = {"sqlite_strict": True}
_CLUSTERED: dict[str, Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}


class Source(SQLModel, table=True):
    """The tool or gateway that events come from."""

    __table_args__: ClassVar[Any] = _STRICT
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_type=PlainText, unique=True)


class Model(SQLModel, table=True):
    """A model id as reported, and the name under which pages show it."""

    __table_args__: ClassVar[Any] = _STRICT
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_type=PlainText, unique=True)
    display_name: str = Field(sa_type=PlainText)


class TokenEvent(SQLModel, table=True):
    """The system of record: one row an event, identified by (event_key, source, user).

    `id` holds the UTC day in its upper bits (`tokentally.store.event_ids`), so that the rows of a
    day lie together and need no index of their own; `event_key` is the event id, packed
    (`tokentally.store.event_keys`). The receipt needs no more than seconds since 1970, which take
    half the space.
    """

    __tablename__ = "token_event"
    __table_args__: ClassVar[Any] = (
        Index("token_event_identity", "event_key", "source_id", "user_id", unique=True),
        _STRICT,
    )
    id: int | None = Field(default=None, sa_type=Int64, primary_key=True)
    event_key: bytes
    source_id: int
    user_id: int
    team_id: int
    model_id: int
    occurred_at: int = Field(sa_type=Int64)
    received_seconds: int = Field(sa_type=Int64)
    mode: int
    input_tokens: int = Field(sa_type=Int64)
    cached_input_tokens: int = Field(sa_type=Int64)
    cache_write_tokens: int = Field(sa_type=Int64)
    cache_write_1h_tokens: int = Field(sa_type=Int64)
    output_tokens: int = Field(sa_type=Int64)
    reasoning_output_tokens: int = Field(sa_type=Int64)
    cost_nano_usd: int = Field(sa_type=Int64)
    cost_source: int
    price_id: int | None = None
    success: int
    revision: int = Field(sa_type=Int64)


class RollupState(SQLModel, table=True):
    """`ready` or `building`, a row a rollup table."""

    __tablename__ = "rollup_state"
    __table_args__: ClassVar[Any] = _STRICT
    name: str = Field(sa_type=PlainText, primary_key=True)
    state: str = Field(sa_type=PlainText)


class DataVersion(SQLModel, table=True):
    """One row. `version` rises in every transaction that changes an answer; `as_of` is the newest
    `received_at`; `names_version` rises when names are deleted, and ids that were remembered are no
    longer good; `price_version` rises when somebody changes prices.
    """

    __tablename__ = "data_version"
    __table_args__: ClassVar[Any] = _STRICT
    id: int | None = Field(default=None, primary_key=True)
    version: int = Field(sa_type=Int64)
    as_of: int | None = Field(default=None, sa_type=Int64)
    names_version: int = Field(sa_type=Int64)
    price_version: int = Field(sa_type=Int64, sa_column_kwargs={"server_default": "0"})


class LargeUsage(SQLModel, table=True):
    """One row: `total` bounds what events too large to ignore can add to any sum.

    Apart from `data_version`, for a writer takes this row first and that one last.
    """

    __tablename__ = "large_usage"
    __table_args__: ClassVar[Any] = _STRICT
    id: int | None = Field(default=None, primary_key=True)
    total: int = Field(sa_type=Int64)


class SealedDay(SQLModel, table=True):
    """A UTC day (its number) whose raw events retention removed: its rollups are final."""

    __tablename__ = "sealed_day"
    __table_args__: ClassVar[Any] = _STRICT
    day: int = Field(primary_key=True)
    sealed_at: int = Field(sa_type=Int64)


class IngestStat(SQLModel, table=True):
    """How many deliveries ended how, by UTC day of receipt and source."""

    __tablename__ = "ingest_stat"
    __table_args__: ClassVar[Any] = (
        PrimaryKeyConstraint("day", "source", "kind", "reason"),
        _CLUSTERED,
    )
    day: int
    source: str = Field(sa_type=PlainText)
    kind: str = Field(sa_type=PlainText)
    reason: str = Field(sa_type=PlainText)
    n: int = Field(sa_type=Int64)


class ImportCursor(SQLModel, table=True):
    """How far a `reader` has read a log file; `state` is the reader's own."""

    __tablename__ = "import_cursor"
    __table_args__: ClassVar[Any] = (PrimaryKeyConstraint("reader", "path"), _STRICT)
    reader: str = Field(sa_type=PlainText)
    path: str = Field(sa_type=PlainText)
    identity: str = Field(sa_type=PlainText)
    position: int = Field(sa_type=Int64)
    state: bytes


class JobRun(SQLModel, table=True):
    """One run of a job: when, for how long, over how many rows, and how long the oldest waited."""

    __tablename__ = "job_run"
    __table_args__: ClassVar[Any] = (Index("job_run_by_name", "job", "started_at"), _STRICT)
    id: int | None = Field(default=None, sa_type=Int64, primary_key=True)
    job: str = Field(sa_type=PlainText)
    started_at: int = Field(sa_type=Int64)
    duration_micros: int = Field(sa_type=Int64)
    rows: int = Field(sa_type=Int64)
    lag_micros: int = Field(sa_type=Int64)
