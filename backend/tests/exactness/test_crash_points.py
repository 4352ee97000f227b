"""Every point of an ingest, a fold and a rebuild at which a process can die."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from backend.tests.exactness.crash_points import EARLIER, LATER, LATEST, WORK, die_at, prepare
from backend.tests.exactness.handle import Handle
from backend.tests.exactness.oracle import Oracle
from backend.tests.exactness.stored import assert_exact, opened, stored_events
from backend.tests.factories import NOW, SettableClock

ROOT = Path(__file__).parents[3]
works = pytest.mark.parametrize("work", WORK)


class Died(Exception):
    """Stands for the end of the process."""


@works
def test_an_error_at_any_statement_undoes_the_whole(work: str, database_path: Path) -> None:
    prepare(database_path)
    point = 0
    while True:
        point += 1
        path = Path(shutil.copy(database_path, f"{database_path}-{point}"))
        handle = Handle(path, SettableClock())
        passed = die_at(handle.database.writer, point, _die)
        try:
            WORK[work](handle)
        except Died:
            assert_whole(path)
            finish(path)
        handle.close()
        if passed[0] < point:
            break

    assert point > 5
    assert_whole(path)


@works
def test_a_kill_at_any_point_undoes_the_whole(work: str, database_path: Path) -> None:
    prepare(database_path)
    folder = database_path.parent / "points"
    folder.mkdir()

    subprocess.run(
        [sys.executable, "-m", "backend.tests.exactness.crash_points", work, database_path, folder],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        check=True,
        timeout=120,
    )

    killed = sorted(folder.glob("*.db"))
    assert len(killed) > 5
    for path in killed:
        assert_whole(path)
        finish(path)


def assert_whole(path: Path) -> None:
    """All sums are right, and the last delivery is stored as a whole or not at all."""
    before, after = after_deliveries(EARLIER, LATER), after_deliveries(EARLIER, LATER, LATEST)
    with opened(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        stored = stored_events(connection)
    assert stored in (before.events, after.events)
    assert_exact(path, before if stored == before.events else after)


def finish(path: Path) -> None:
    """The next process sends the last delivery (again) and folds."""
    handle = Handle(path, SettableClock())
    for work in ("ingest", "fold"):
        WORK[work](handle)
    handle.close()
    assert_exact(path, after_deliveries(EARLIER, LATER, LATEST))


def after_deliveries(*batches: list[dict[str, object]]) -> Oracle:
    oracle = Oracle()
    for batch in batches:
        for sent in batch:
            oracle.deliver(sent, NOW)
    return oracle


def _die() -> None:
    raise Died
