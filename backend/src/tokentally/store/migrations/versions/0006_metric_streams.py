"""Cumulative counters of telemetry."""

import sqlalchemy as sa
from alembic import op

from tokentally.models.columns import Int64

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add how far each counter was counted."""
    op.create_table(
        "metric_stream",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("at", Int64(), nullable=False),
        sa.Column("value", Int64(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
