"""The price book."""

import sqlalchemy as sa
from alembic import op

from tokentally.models.columns import Int64, PlainText

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add prices, what was changed about them, and models that are priced as others."""
    op.add_column(
        "data_version", sa.Column("price_version", Int64, nullable=False, server_default="0")
    )
    op.create_table(
        "price",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model", PlainText(), nullable=False),
        sa.Column("source", PlainText(), nullable=False),
        sa.Column("effective_from", sa.Integer(), nullable=False),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.Column("tier_from_input_tokens", Int64(), nullable=False),
        sa.Column("input_rate", Int64(), nullable=False),
        sa.Column("output_rate", Int64(), nullable=False),
        sa.Column("cached_input_rate", Int64(), nullable=True),
        sa.Column("cache_write_rate", Int64(), nullable=True),
        sa.Column("cache_write_1h_rate", Int64(), nullable=True),
        sa.Column("reasoning_output_rate", Int64(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_index("ix_price_model", "price", ["model"], unique=False)
    op.create_table(
        "price_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("changed_at", Int64(), nullable=False),
        sa.Column("who", PlainText(), nullable=False),
        sa.Column("what", PlainText(), nullable=False),
        sa.Column("why", PlainText(), nullable=False),
        sa.Column("details", PlainText(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_table(
        "model_alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", PlainText(), nullable=False),
        sa.Column("from_model", PlainText(), nullable=False),
        sa.Column("to_model", PlainText(), nullable=False),
        sa.Column("effective_from", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_index("ix_model_alias_from_model", "model_alias", ["from_model"], unique=False)
