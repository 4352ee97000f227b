"""The tables of prices: rates are nano-USD per million tokens, days are numbers since 1970.

No row of theirs is ever changed or deleted.
"""

from typing import Any, ClassVar

from sqlmodel import Field, SQLModel

from tokentally.models.columns import Int64, PlainText

_STRICT: dict[str, Any] = {"sqlite_strict": True}


class Price(SQLModel, table=True):
    """What a model, named as events name it, costs from a day on and from so many input tokens on.

    `source` is `manual`, or where the price was taken from. Of rows that say the same of the same
    model, source, day and tokens the newest stands; one that is not `active` withdraws the price.
    A rate that is None falls back: cache reads and writes to input, the one-hour kind to cache
    writes, reasoning to output.
    """

    __table_args__: ClassVar[Any] = _STRICT
    id: int | None = Field(default=None, primary_key=True)
    model: str = Field(sa_type=PlainText, index=True)
    source: str = Field(sa_type=PlainText)
    effective_from: int
    active: int
    tier_from_input_tokens: int = Field(sa_type=Int64)
    input_rate: int = Field(sa_type=Int64)
    output_rate: int = Field(sa_type=Int64)
    cached_input_rate: int | None = Field(default=None, sa_type=Int64)
    cache_write_rate: int | None = Field(default=None, sa_type=Int64)
    cache_write_1h_rate: int | None = Field(default=None, sa_type=Int64)
    reasoning_output_rate: int | None = Field(default=None, sa_type=Int64)


class PriceChange(SQLModel, table=True):
    """Who changed prices or the costs of stored events, when (microseconds since 1970) and why."""

    __tablename__ = "price_change"
    __table_args__: ClassVar[Any] = _STRICT
    id: int | None = Field(default=None, primary_key=True)
    changed_at: int = Field(sa_type=Int64)
    who: str = Field(sa_type=PlainText)
    what: str = Field(sa_type=PlainText)
    why: str = Field(sa_type=PlainText)
    details: str = Field(sa_type=PlainText)


class ModelAlias(SQLModel, table=True):
    """From a day on, `from_model` stands for `to_model`; for itself, if both are the same."""

    __tablename__ = "model_alias"
    __table_args__: ClassVar[Any] = _STRICT
    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(sa_type=PlainText)
    from_model: str = Field(sa_type=PlainText, index=True)
    to_model: str = Field(sa_type=PlainText)
    effective_from: int
