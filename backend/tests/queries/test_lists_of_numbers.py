"""Rows are found by a list of ids of any length, and by an index."""

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import sqlite

from tokentally.api.backend import Backend
from tokentally.models.core import job_run, token_event
from tokentally.store.dialect import is_among
from tokentally.store.job_runs import record_run

LISTED = select(token_event.c.id).where(is_among(token_event.c.id, "ids"))


def test_sqlite_looks_each_number_up_in_the_index(backend: Backend) -> None:
    statement = str(LISTED.compile(dialect=sqlite.dialect()))

    with backend.database.readers.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", ("[]",)).all()

    assert any("SEARCH token_event USING INTEGER PRIMARY KEY" in step[-1] for step in plan)
    assert not any("SCAN token_event" in step[-1] for step in plan)


@pytest.mark.every_engine
@pytest.mark.parametrize("wanted", [[], [2], [1, 3, 3, 99], list(range(1, 40_000))])
def test_those_are_found_that_are_listed(backend: Backend, wanted: list[int]) -> None:
    for _ in range(3):
        backend.writer.run(
            lambda connection: record_run(connection, "x", started_at=0, ended_at=0, rows=0)
        ).result()
    runs = select(job_run.c.id).where(is_among(job_run.c.id, "ids")).order_by(job_run.c.id)

    with backend.database.readers.connect() as connection:
        found = list(connection.execute(runs, {"ids": wanted}).scalars())

    assert found == sorted({1, 2, 3} & set(wanted))
