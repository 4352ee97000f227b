"""A list of numbers as one parameter is looked up in an index."""

from sqlalchemy import select

from tokentally.api.backend import Backend
from tokentally.models.core import token_event
from tokentally.store.dialect import is_among


def test_sqlite_goes_to_the_rows_that_are_listed(backend: Backend) -> None:
    rows = select(token_event.c.id).where(is_among(token_event.c.id, "ids"))

    with backend.database.readers.connect() as connection:
        statement = str(rows.compile(connection))
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", ("[1, 2]",)).all()

    assert plan[0][-1] == "SEARCH token_event USING INTEGER PRIMARY KEY (rowid=?)"
