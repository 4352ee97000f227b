"""What people are ranked by, when usage of each came in last, and who chose to be shown when."""

import sqlalchemy as sa
from alembic import op

from tokentally.models.columns import Int64

revision = "0004"
down_revision = "0003"

SUMS = (
    "requests",
    "failed_requests",
    "input_tokens",
    "cached_input_tokens",
    "cache_write_tokens",
    "output_tokens",
    "reasoning_output_tokens",
    "cost_nano_usd",
    "unpriced_tokens",
)
OF_USERS = ("people_daily_usage", "user_sync")


def upgrade() -> None:
    """Add the tables. The rollup is filled from the finer one, which has the sealed days too; if
    that one isn't ready, both are mended when the server runs.
    """
    op.add_column("app_user", sa.Column("leaderboard_changed_at", Int64(), nullable=True))
    op.create_table(
        "user_sync",
        sa.Column("user_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("last_sync_at", Int64(), nullable=False),
        sa.PrimaryKeyConstraint("user_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "people_daily_usage",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        *(sa.Column(name, Int64(), nullable=False) for name in SUMS),
        sa.PrimaryKeyConstraint("user_id", "day", "team_id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    postgresql = op.get_context().dialect.name == "postgresql"
    if postgresql:
        for table in OF_USERS:
            op.execute(f"ALTER TABLE {table} SET (fillfactor = 85)")
    state = "ready" if _finer_is_ready() else "building"
    if state == "ready":
        if postgresql:
            op.execute("LOCK TABLE user_daily_usage IN SHARE MODE")  # no fold while it is read
        _fill()
    op.execute(
        "INSERT INTO user_sync (user_id, last_sync_at)"
        " SELECT user_id, max(received_seconds) * 1000000 FROM token_event GROUP BY user_id"
    )
    if postgresql:
        _wall_off()
    op.execute(f"INSERT INTO rollup_state (name, state) VALUES ('people_daily_usage', '{state}')")  # noqa: S608


def _finer_is_ready() -> bool:
    connection = op.get_bind()
    state = "SELECT state FROM rollup_state WHERE name = 'user_daily_usage'"
    exists = sa.inspect(connection).has_table("user_daily_usage")
    return exists and connection.execute(sa.text(state)).scalar() == "ready"


def _fill() -> None:
    sums = ", ".join(f"sum({name})" for name in SUMS)
    op.execute(
        f"INSERT INTO people_daily_usage (user_id, day, team_id, {', '.join(SUMS)})"  # noqa: S608
        f" SELECT user_id, day, team_id, {sums} FROM user_daily_usage"
        " GROUP BY user_id, day, team_id ORDER BY user_id, day, team_id"
    )


def _wall_off() -> None:
    for table in OF_USERS:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_rows ON {table} USING ("
            "(SELECT current_setting('tokentally.user_id', true)) = '*' OR"
            " user_id = (SELECT nullif(nullif(current_setting('tokentally.user_id', true), '*'),"
            " '')::int))"
        )
