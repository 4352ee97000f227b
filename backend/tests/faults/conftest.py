"""A PostgreSQL server of the tests' own, which they may kill."""

from collections.abc import Iterator

import pytest
from trials.cluster import Cluster, cluster
from trials.installed import INSTALL_HINT, programs_folder


@pytest.fixture(scope="session")
def server() -> Iterator[Cluster]:
    """The server; the one on this machine that ordinary tests use is never touched."""
    if programs_folder() is None:
        pytest.skip(INSTALL_HINT)
    with cluster() as server:
        yield server
