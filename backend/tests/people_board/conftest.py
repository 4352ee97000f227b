"""Devices that send usage."""

import pytest
from backend.tests.auth.people import bearer, key

from tokentally.api.backend import Backend


@pytest.fixture
def device(backend: Backend) -> dict[str, str]:
    """A device of ada's."""
    return bearer(key(backend, "ada", "ingest"))
