"""Fixtures of every test: a fresh database each, a clock that is set by hand, a client."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from backend.tests.factories import SettableClock
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend, open_backend
from tokentally.api.server import create_backend
from tokentally.config import Settings


@pytest.fixture
def clock() -> SettableClock:
    """A clock that stands at `factories.NOW` until a test sets its `now`."""
    return SettableClock()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database without events, to be copied: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    open_backend(settings_of(path)).close()
    return path


@pytest.fixture
def database_path(tmp_path: Path, empty_database: Path) -> Path:
    """The file of this test's own empty database."""
    return Path(shutil.copy(empty_database, tmp_path / "tokentally.db"))


@pytest.fixture
def settings(database_path: Path) -> Settings:
    """Settings that name this test's database; the environment's `.env` is not read."""
    return settings_of(database_path)


@pytest.fixture
def backend(settings: Settings, clock: SettableClock) -> Iterator[Backend]:
    """A backend on a fresh database, closed at the end."""
    backend = open_backend(settings, clock)
    yield backend
    backend.close()


@pytest.fixture
def client(backend: Backend) -> Iterator[TestClient]:
    """A client of the server on `backend`."""
    with TestClient(create_backend(backend), base_url="http://localhost") as client:
        yield client


def settings_of(path: Path) -> Settings:
    return Settings(
        database_url=f"sqlite:///{path}",
        sqlite_synchronous="NORMAL",
        _env_file=None,
    )


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that skipped something, where nothing may be skipped."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("TOKENTALLY_NO_SKIPS") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
