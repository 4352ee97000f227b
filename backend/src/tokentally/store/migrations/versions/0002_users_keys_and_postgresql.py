"""Users, keys and sealed days; what PostgreSQL needs besides."""

import sqlalchemy as sa
from alembic import op

from tokentally.models.columns import Int64, PlainText

revision = "0002"
down_revision = "0001"

NAMES = {
    "app_user": ("name", "display_name"),
    "import_cursor": ("reader", "path", "identity"),
    "ingest_stat": ("source", "kind", "reason"),
    "job_run": ("job",),
    "model": ("name", "display_name"),
    "rollup_state": ("name", "state"),
    "source": ("name",),
    "team": ("name",),
}
ROLLUPS = ("user_quarter_usage", "user_daily_usage", "model_daily_usage")
OF_USERS = ("token_event", "pending_usage", "user_quarter_usage", "user_daily_usage")


def upgrade() -> None:
    """Add the tables, and keep what large events took in a table of its own."""
    for name in ("is_admin", "disabled"):
        op.add_column("app_user", sa.Column(name, sa.Integer, nullable=False, server_default="0"))
    for name in ("avatar_url", "time_zone"):
        op.add_column("app_user", sa.Column(name, PlainText, nullable=False, server_default=""))
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("label", PlainText(), nullable=False),
        sa.Column("shown", PlainText(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", PlainText(), nullable=False),
        sa.Column("created_at", Int64(), nullable=False),
        sa.Column("last_used_at", Int64(), nullable=True),
        sa.Column("revoked_at", Int64(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
        sqlite_strict=True,
    )
    op.create_index("ix_api_key_user_id", "api_key", ["user_id"], unique=False)
    op.create_table(
        "sealed_day",
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("sealed_at", Int64(), nullable=False),
        sa.PrimaryKeyConstraint("day"),
        sqlite_strict=True,
    )
    op.create_table(
        "large_usage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("total", Int64(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.execute("INSERT INTO large_usage (id, total) SELECT 1, large_total FROM data_version")
    op.drop_column("data_version", "large_total")
    if op.get_context().dialect.name == "postgresql":
        _suit_postgresql()


def _suit_postgresql() -> None:
    """Names that sort by code point, room for updates in place, and the second wall."""
    for table, columns in NAMES.items():
        for column in columns:
            op.alter_column(table, column, type_=PlainText())
    op.execute(
        "ALTER TABLE pending_usage SET (autovacuum_vacuum_scale_factor = 0.01,"
        " autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0)"
    )
    for table in ROLLUPS:
        op.execute(f"ALTER TABLE {table} SET (fillfactor = 85)")
    op.create_index("user_quarter_usage_quarter", "user_quarter_usage", ["quarter"])
    op.create_index("model_daily_usage_day", "model_daily_usage", ["day"])
    for table in OF_USERS:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_rows ON {table} USING ("
            "(SELECT current_setting('tokentally.user_id', true)) = '*' OR"
            " user_id = (SELECT nullif(nullif(current_setting('tokentally.user_id', true), '*'),"
            " '')::int))"
        )
