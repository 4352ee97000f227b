"""Tests of what only PostgreSQL has."""

import pytest
from backend.tests.engines.engine import Engine


@pytest.fixture(scope="session")
def engine(postgresql: Engine) -> Engine:
    """The engine of every test here."""
    return postgresql
