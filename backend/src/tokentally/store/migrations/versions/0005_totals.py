"""What each person used ever, so that boards of all time need not add up their days."""

import sqlalchemy as sa
from alembic import op

from tokentally.models.columns import Int64

revision = "0005"
down_revision = "0004"

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


def upgrade() -> None:
    """Add the rollup, filled from the days of people. If they aren't ready, both are mended when
    the server runs.
    """
    op.create_table(
        "people_total_usage",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        *(sa.Column(name, Int64(), nullable=False) for name in SUMS),
        sa.PrimaryKeyConstraint("user_id", "team_id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    postgresql = op.get_context().dialect.name == "postgresql"
    state = "ready" if _days_are_ready() else "building"
    if state == "ready":
        if postgresql:
            op.execute("LOCK TABLE people_daily_usage IN SHARE MODE")  # no fold while it is read
        _fill()
    if postgresql:
        op.execute("ALTER TABLE people_total_usage SET (fillfactor = 85)")
        _wall_off()
    op.execute(f"INSERT INTO rollup_state (name, state) VALUES ('people_total_usage', '{state}')")  # noqa: S608


def _days_are_ready() -> bool:
    connection = op.get_bind()
    state = "SELECT state FROM rollup_state WHERE name = 'people_daily_usage'"
    exists = sa.inspect(connection).has_table("people_daily_usage")
    return exists and connection.execute(sa.text(state)).scalar() == "ready"


def _fill() -> None:
    sums = ", ".join(f"sum({name})" for name in SUMS)
    op.execute(
        f"INSERT INTO people_total_usage (user_id, team_id, {', '.join(SUMS)})"  # noqa: S608
        f" SELECT user_id, team_id, {sums} FROM people_daily_usage"
        " GROUP BY user_id, team_id ORDER BY user_id, team_id"
    )


def _wall_off() -> None:
    op.execute("ALTER TABLE people_total_usage ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE people_total_usage FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY own_rows ON people_total_usage USING ("
        "(SELECT current_setting('tokentally.user_id', true)) = '*' OR"
        " user_id = (SELECT nullif(nullif(current_setting('tokentally.user_id', true), '*'),"
        " '')::int))"
    )
