"""The table of counters that telemetry shows again and again."""

from typing import Any, ClassVar

from sqlmodel import Field, SQLModel

from tokentally.models.columns import Int64


class MetricStream(SQLModel, table=True):
    """A cumulative counter by the hash of what tells it apart: what it showed last, and when."""

    __tablename__ = "metric_stream"
    __table_args__: ClassVar[Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}
    key: bytes = Field(primary_key=True)
    at: int = Field(sa_type=Int64)
    value: int = Field(sa_type=Int64)
