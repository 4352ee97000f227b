"""Retention removes old raw events and changes no answer."""

import pytest
from backend.tests.engines.plain import change
from backend.tests.factories import SettableClock
from backend.tests.retention.kept import KEPT_DAYS, TODAY, days_stored, differences, told
from fastapi.testclient import TestClient
from sqlalchemy import event as sa_event

from tokentally.api.backend import Backend, open_backend
from tokentally.config import Settings
from tokentally.days import date_of
from tokentally_jobs.fold import fold_pending
from tokentally_jobs.retention import retire_old_days

pytestmark = [pytest.mark.every_engine, pytest.mark.usefixtures("week")]


@pytest.mark.parametrize("folded", [True, False])
def test_old_events_go_and_every_answer_stays(
    folded: bool, client: TestClient, backend: Backend, database_url: str
) -> None:
    if folded:
        fold_pending(backend)
    before = told(client)

    removed = retire_old_days(backend)

    assert removed == 9
    assert days_stored(database_url) == {TODAY - back for back in range(KEPT_DAYS + 1)}
    assert told(client) == before
    fold_pending(backend)
    assert told(client) == before
    assert differences(backend) == []


def test_a_second_run_finds_nothing_to_remove(backend: Backend) -> None:
    first, second = retire_old_days(backend), retire_old_days(backend)

    assert (first, second) == (9, 0)


def test_without_the_setting_nothing_is_removed(
    settings: Settings, clock: SettableClock, database_url: str
) -> None:
    keeping = open_backend(settings, clock)

    removed = retire_old_days(keeping)

    keeping.close()
    assert removed == 0
    assert len(days_stored(database_url)) == 7


def test_a_day_whose_rollups_are_not_exact_is_kept(
    backend: Backend, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    fold_pending(backend)
    wrong = TODAY - 5
    change(database_url, f"UPDATE user_daily_usage SET requests = 9 WHERE day = {wrong}")  # noqa: S608

    removed = retire_old_days(backend)

    assert removed == 6
    assert wrong in days_stored(database_url)
    assert f"{date_of(wrong)} is not sealed, for its rollups are not exact" in caplog.text


class Interrupted(Exception):
    """The process ends here."""


def test_retention_may_end_again_and_again_and_goes_on_afterwards(
    client: TestClient, backend: Backend, database_url: str
) -> None:
    before = told(client)
    statements, last = [0], [0]

    def die(*_: object) -> None:
        statements[0] += 1
        if statements[0] == last[0]:
            raise Interrupted

    sa_event.listen(backend.database.writer, "before_cursor_execute", die)
    interrupted = 0
    while True:
        statements[0], last[0] = 0, last[0] + 1
        try:
            retire_old_days(backend)
            break
        except Interrupted:
            interrupted += 1
            assert told(client) == before

    assert interrupted > 5
    assert days_stored(database_url) == {TODAY - back for back in range(KEPT_DAYS + 1)}
    assert told(client) == before
