"""Reading what is pending without parallel workers."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Where dead rows aren't cleaned up, the table looks large and is empty: to start workers for
    it takes longer than to read it.
    """
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TABLE pending_usage SET (parallel_workers = 0)")
