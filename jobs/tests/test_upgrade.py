"""Databases that released versions made: they are migrated when they are opened, and go on."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from backend.tests.engines.plain import address, assert_sound
from backend.tests.exactness.points import ROOT, Points, naming, ordering
from backend.tests.factories import SettableClock, answer, event
from fastapi.testclient import TestClient
from jobs.tests.released.record import NOW, RANGE, SENT

from tokentally.api.backend import Backend, open_backend
from tokentally.config import Settings
from tokentally.store.engine import open_database
from tokentally.store.schema import HEAD, migrate, revision
from tokentally_jobs.backfill import days_between
from tokentally_jobs.fold import fold_pending
from tokentally_jobs.verify import verify_days, verify_totals

RELEASED = ROOT / "jobs" / "tests" / "released"
VERSIONS = sorted(file.stem for file in RELEASED.glob("*.sql"))
EVER = range(0, 40_000)


class Died(Exception):
    """Stands for the end of the process."""


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    """Each version of which a database was recorded."""
    return str(request.param)


@pytest.fixture
def database_path(version: str, tmp_path: Path) -> Path:
    """A database as that version left it, with pending rows."""
    return as_released(version, tmp_path / "released.db")


@pytest.fixture
def backend(database_path: Path) -> Iterator[Backend]:
    """Today's backend on it."""
    settings = Settings(database_url=address(database_path), _env_file=None)
    backend = open_backend(settings, SettableClock(NOW))
    yield backend
    backend.close()


def test_answers_are_those_that_the_old_version_gave(client: TestClient, version: str) -> None:
    said = json.loads((RELEASED / f"{version}.json").read_text(encoding="utf-8"))

    for path, answered in said.items():
        assert as_told_then(client.get(path, params=RANGE).json(), answered) == answered, path


def test_what_was_pending_is_folded_and_everything_is_exact(
    client: TestClient, backend: Backend, version: str
) -> None:
    said = json.loads((RELEASED / f"{version}.json").read_text(encoding="utf-8"))
    assert differences(backend) == []

    folded = fold_pending(backend)

    assert folded > 0
    assert differences(backend) == []
    for path, answered in said.items():
        assert as_told_then(client.get(path, params=RANGE).json(), answered) == answered, path


def test_events_that_were_stored_are_known_and_new_ones_are_taken(
    client: TestClient, backend: Backend
) -> None:
    again = client.post("/v1/events", json={"events": SENT[2] + SENT[3]})
    new = client.post("/v1/events", json=[event(event_id="new", user="new", team="New", model="n")])

    assert again.json() == answer(duplicate=50, superseded=5)
    assert new.json() == answer(accepted=1)
    fold_pending(backend)
    assert differences(backend) == []


def test_an_error_at_any_point_of_the_migration_leaves_all_as_it_was(
    version: str, tmp_path: Path
) -> None:
    def died_at(number: int, path: Path) -> str:
        database = open_database(address(path))
        points = Points(database.writer, number, _die)
        try:
            migrate(database.writer)
        except Died:
            return points.passed[-1]
        finally:
            database.close()
        return ""

    assert_old_or_new(version, tmp_path, died_at)


def test_a_kill_at_any_point_of_the_migration_leaves_the_old_or_the_new(
    version: str, tmp_path: Path
) -> None:
    with ordering("jobs.tests.released.dying") as died_at:
        assert_old_or_new(version, tmp_path, lambda n, path: died_at(n, address(path)))


def assert_old_or_new(version: str, folder: Path, died_at: Callable[[int, Path], str]) -> None:
    """Die at one point after another; each time the file is whole, and can be migrated after."""
    old = content(as_released(version, folder / "old.db"))
    new = content(migrated(as_released(version, folder / "new.db")))
    for number in count(1):
        path = as_released(version, folder / f"{number}.db")
        point = died_at(number, path)
        with naming(point):
            assert content(path) in ((old, new) if point else (new,))
            assert content(migrated(path)) == new
        if not point:
            break
    assert number > 10


def as_released(version: str, path: Path) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((RELEASED / f"{version}.sql").read_text(encoding="utf-8"))
    return path


def migrated(path: Path) -> Path:
    database = open_database(address(path))
    migrate(database.writer)
    with database.readers.connect() as connection:
        assert revision(connection) == HEAD
    database.close()
    return path


def content(path: Path) -> list[str]:
    """All that is in a file: tables as they were declared, and their rows."""
    with closing(sqlite3.connect(path)) as connection:
        assert_sound(connection)
        return list(connection.iterdump())


def differences(backend: Backend) -> list[str]:
    of_days = verify_days(backend, days_between(backend, EVER))
    return [str(found) for found in (*of_days, *verify_totals(backend))]


def as_told_then(now: Any, then: Any) -> Any:
    """What is said now, without fields that came later."""
    if isinstance(then, dict):
        return {key: as_told_then(now[key], value) for key, value in then.items()}
    if isinstance(then, list) and len(now) == len(then):
        return [as_told_then(*pair) for pair in zip(now, then, strict=True)]
    return now


def _die(point: str) -> None:
    raise Died(point)
