"""The first schema."""

import sqlalchemy as sa
from alembic import op

from tokentally.models.columns import Int64

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table, with all rollups ready and nothing counted yet."""
    op.create_table(
        "data_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", Int64(), nullable=False),
        sa.Column("as_of", Int64(), nullable=True),
        sa.Column("large_total", Int64(), nullable=False),
        sa.Column("names_version", Int64(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_table(
        "import_cursor",
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("position", Int64(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("reader", "path"),
        sqlite_strict=True,
    )
    op.create_table(
        "ingest_stat",
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("n", Int64(), nullable=False),
        sa.PrimaryKeyConstraint("day", "source", "kind", "reason"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "job_run",
        sa.Column("id", Int64(), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("started_at", Int64(), nullable=False),
        sa.Column("duration_micros", Int64(), nullable=False),
        sa.Column("rows", Int64(), nullable=False),
        sa.Column("lag_micros", Int64(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_index("job_run_by_name", "job_run", ["job", "started_at"], unique=False)
    op.create_table(
        "model",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
        sqlite_strict=True,
    )
    op.create_table(
        "model_daily_usage",
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("requests", Int64(), nullable=False),
        sa.Column("failed_requests", Int64(), nullable=False),
        sa.Column("input_tokens", Int64(), nullable=False),
        sa.Column("cached_input_tokens", Int64(), nullable=False),
        sa.Column("cache_write_tokens", Int64(), nullable=False),
        sa.Column("output_tokens", Int64(), nullable=False),
        sa.Column("reasoning_output_tokens", Int64(), nullable=False),
        sa.Column("cost_nano_usd", Int64(), nullable=False),
        sa.Column("unpriced_tokens", Int64(), nullable=False),
        sa.PrimaryKeyConstraint("model_id", "day", "team_id", "source_id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pending_usage",
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.Integer(), nullable=False),
        sa.Column("requests", Int64(), nullable=False),
        sa.Column("failed_requests", Int64(), nullable=False),
        sa.Column("input_tokens", Int64(), nullable=False),
        sa.Column("cached_input_tokens", Int64(), nullable=False),
        sa.Column("cache_write_tokens", Int64(), nullable=False),
        sa.Column("output_tokens", Int64(), nullable=False),
        sa.Column("reasoning_output_tokens", Int64(), nullable=False),
        sa.Column("cost_nano_usd", Int64(), nullable=False),
        sa.Column("unpriced_tokens", Int64(), nullable=False),
        sa.Column("id", Int64(), nullable=False),
        sa.Column("received_seconds", Int64(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_table(
        "rollup_state",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        sqlite_strict=True,
    )
    op.create_table(
        "source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
        sqlite_strict=True,
    )
    op.create_table(
        "team",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
        sqlite_strict=True,
    )
    op.create_table(
        "token_event",
        sa.Column("id", Int64(), nullable=False),
        sa.Column("event_key", sa.LargeBinary(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("occurred_at", Int64(), nullable=False),
        sa.Column("received_seconds", Int64(), nullable=False),
        sa.Column("mode", sa.Integer(), nullable=False),
        sa.Column("input_tokens", Int64(), nullable=False),
        sa.Column("cached_input_tokens", Int64(), nullable=False),
        sa.Column("cache_write_tokens", Int64(), nullable=False),
        sa.Column("cache_write_1h_tokens", Int64(), nullable=False),
        sa.Column("output_tokens", Int64(), nullable=False),
        sa.Column("reasoning_output_tokens", Int64(), nullable=False),
        sa.Column("cost_nano_usd", Int64(), nullable=False),
        sa.Column("cost_source", sa.Integer(), nullable=False),
        sa.Column("price_id", sa.Integer(), nullable=True),
        sa.Column("success", sa.Integer(), nullable=False),
        sa.Column("revision", Int64(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_index(
        "token_event_identity", "token_event", ["event_key", "source_id", "user_id"], unique=True
    )
    op.create_table(
        "user_daily_usage",
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("requests", Int64(), nullable=False),
        sa.Column("failed_requests", Int64(), nullable=False),
        sa.Column("input_tokens", Int64(), nullable=False),
        sa.Column("cached_input_tokens", Int64(), nullable=False),
        sa.Column("cache_write_tokens", Int64(), nullable=False),
        sa.Column("output_tokens", Int64(), nullable=False),
        sa.Column("reasoning_output_tokens", Int64(), nullable=False),
        sa.Column("cost_nano_usd", Int64(), nullable=False),
        sa.Column("unpriced_tokens", Int64(), nullable=False),
        sa.PrimaryKeyConstraint("day", "user_id", "team_id", "source_id", "model_id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "user_quarter_usage",
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.Integer(), nullable=False),
        sa.Column("requests", Int64(), nullable=False),
        sa.Column("failed_requests", Int64(), nullable=False),
        sa.Column("input_tokens", Int64(), nullable=False),
        sa.Column("cached_input_tokens", Int64(), nullable=False),
        sa.Column("cache_write_tokens", Int64(), nullable=False),
        sa.Column("output_tokens", Int64(), nullable=False),
        sa.Column("reasoning_output_tokens", Int64(), nullable=False),
        sa.Column("cost_nano_usd", Int64(), nullable=False),
        sa.Column("unpriced_tokens", Int64(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "quarter", "team_id", "source_id", "model_id", "mode"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "app_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("leaderboard_public", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"],
            ["team.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
        sqlite_strict=True,
    )
    op.execute(
        "INSERT INTO data_version (id, version, large_total, names_version) VALUES (1, 0, 0, 0)"
    )
    op.execute(
        "INSERT INTO rollup_state (name, state) VALUES ('user_quarter_usage', 'ready'),"
        " ('user_daily_usage', 'ready'), ('model_daily_usage', 'ready')"
    )
