"""A database that is closed keeps no connection, also none that was in use."""

import pytest

from tokentally.config import Settings
from tokentally.store.engine import open_database

pytestmark = pytest.mark.every_engine


def test_a_connection_in_use_is_closed_when_it_is_given_back(settings: Settings) -> None:
    database = open_database(settings.database_url)
    connection = database.readers.connect()
    driver = connection.connection.dbapi_connection
    assert driver is not None

    database.close()
    before = connection.exec_driver_sql("SELECT 1").scalar_one()
    connection.close()

    assert before == 1
    with pytest.raises(Exception, match="closed"):
        driver.cursor().execute("SELECT 1")
