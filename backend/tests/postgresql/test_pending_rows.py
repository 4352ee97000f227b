"""What is pending passes through a table that is large on disk, and all but empty."""

from sqlalchemy import text

from tokentally.api.backend import Backend

EAGER = (
    "SET LOCAL min_parallel_table_scan_size = 0",
    "SET LOCAL parallel_setup_cost = 0",
    "SET LOCAL parallel_tuple_cost = 0",
)
"""What has PostgreSQL start workers for any table that may have them."""


def plan(backend: Backend, statement: str) -> str:
    with backend.database.writer.begin() as connection:
        for setting in EAGER:
            connection.execute(text(setting))
        return "\n".join(connection.execute(text(f"EXPLAIN {statement}")).scalars())


def test_it_is_read_without_workers_whatever_its_size(backend: Backend) -> None:
    assert "Parallel Seq Scan on token_event" in plan(backend, "SELECT count(*) FROM token_event")
    assert "Parallel" not in plan(backend, "SELECT count(*) FROM pending_usage")
