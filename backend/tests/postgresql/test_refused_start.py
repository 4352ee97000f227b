"""A program that may not use a database lets go of it."""

import pytest
from backend.tests.engines.plain import change, rows
from trials.programs import until

from tokentally.api.backend import open_backend
from tokentally.config import Settings
from tokentally.store.schema import UnknownSchema

CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"


@pytest.mark.usefixtures("backend")
def test_a_server_that_is_too_old_for_the_schema_keeps_no_connection(
    database_url: str, settings: Settings
) -> None:
    change(database_url, "UPDATE alembic_version SET version_num = '9999'")
    before = rows(database_url, CONNECTIONS)

    with pytest.raises(UnknownSchema):
        open_backend(settings)

    until(lambda: rows(database_url, CONNECTIONS) == before, "a connection is left")
