"""Fixtures of every test: a fresh database each, a clock that is set by hand, a client.

Tests marked `every_engine` run once on each of `ENGINES`, the others on SQLite; so do those that
ask for `database_path`, for they are about the file.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex
from zoneinfo import reset_tzpath

import psycopg
import pytest
from backend.tests.auth.people import SIGN_IN, bearer, key
from backend.tests.engines.engine import Engine
from backend.tests.engines.plain import file_of
from backend.tests.engines.postgresql import PostgreSQL
from backend.tests.engines.sqlite import SQLite
from backend.tests.factories import SettableClock
from fastapi.testclient import TestClient
from sqlalchemy import make_url
from trials.programs import Zygote

from tokentally.api.backend import Backend, open_backend
from tokentally.api.server import create_backend
from tokentally.config import Settings

ENGINES = ("sqlite", "postgresql")
"""Names of the fixtures that make engines."""

SERVER_VARIABLE = "TOKENTALLY_TEST_POSTGRESQL"
DEFAULT_SERVER = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "every_engine: run once on each database engine")
    os.environ.setdefault("TOKENTALLY_PRICE_BOOK", "own")  # a test says itself what things cost
    reset_tzpath(())  # tests compare with the zones of the tzdata package, not of this machine


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run tests of every engine on each of them."""
    asked = metafunc.fixturenames
    marked = metafunc.definition.get_closest_marker("every_engine")
    if marked and "engine" in asked and "database_path" not in asked:
        metafunc.parametrize("engine", ENGINES, indirect=True, scope="session")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with the tests that are given the most time, so that none is left for last."""
    items.sort(key=lambda item: -_seconds_given(item))


def _seconds_given(item: pytest.Item) -> float:
    given = item.get_closest_marker("timeout")
    return float(given.args[0]) if given else 0


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """SQLite, with files in a folder of this run."""
    return SQLite.start(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Engine]:
    """PostgreSQL, on a server that runs already."""
    address = os.environ.get(SERVER_VARIABLE, DEFAULT_SERVER)
    try:
        engine = PostgreSQL.start(address, token_hex(4))
    except psycopg.OperationalError as error:
        pytest.skip(
            f"no PostgreSQL answers at {make_url(address)!r}: {error}; start one (Debian: "
            f"apt-get install postgresql), or give a superuser's address in {SERVER_VARIABLE}"
        )
    yield engine
    engine.end()


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> Engine:
    """The engine of this test."""
    chosen: Engine = request.getfixturevalue(getattr(request, "param", "sqlite"))
    return chosen


@pytest.fixture
def clock() -> SettableClock:
    """A clock that stands at `factories.NOW` until a test sets its `now`."""
    return SettableClock()


@pytest.fixture
def database_url(engine: Engine) -> Iterator[str]:
    """The address of this test's own empty database."""
    url = engine.fresh()
    yield url
    engine.drop(url)


@pytest.fixture
def database_path(database_url: str) -> Path:
    """Its file; whoever asks for it is about SQLite alone."""
    return file_of(database_url)


@pytest.fixture
def settings(database_url: str, request: pytest.FixtureRequest) -> Settings:
    """Settings that name this test's database; the environment's `.env` is not read.

    With sign-in where a test's class, or else its module, says `SIGN_IN = True`.
    """
    plain = Settings(database_url=database_url, sqlite_synchronous="NORMAL", _env_file=None)
    signs_in = getattr(request.cls, "SIGN_IN", getattr(request.module, "SIGN_IN", False))
    return plain.model_copy(update=SIGN_IN) if signs_in else plain


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


@pytest.fixture
def admin(client: TestClient, backend: Backend) -> TestClient:
    """The same client, signed in as the admin `grace`."""
    client.headers.update(bearer(key(backend, "grace", "admin", is_admin=True)))
    return client


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """Starts `tokentally` commands without their start-up time."""
    with Zygote() as zygote:
        yield zygote


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that skipped something, where nothing may be skipped."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("TOKENTALLY_NO_SKIPS") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
