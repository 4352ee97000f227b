"""While a rollup is missing or half built, raw events stand in for it: same answers, slower."""

from typing import Any

import pytest
from backend.tests.factories import answer, event
from fastapi.testclient import TestClient
from sqlalchemy import Executable, text, update

from tokentally.api.backend import Backend
from tokentally.models.core import rollup_state
from tokentally.store.version import raise_version
from tokentally_jobs.backfill import mend_missing_rollups
from tokentally_jobs.fold import fold_pending

pytestmark = pytest.mark.every_engine

RANGE = {"start_date": "2026-11-18", "end_date": "2026-11-21"}
READ_FROM = {
    "/tokens": "user_daily_usage",
    "/tokens/models": "model_daily_usage",
    "/tokens/users": "people_daily_usage",
    "/tokens/timeseries": "model_daily_usage",
    "/tokens/success-rate": "model_daily_usage",
    "/tokens/cost-efficiency": "model_daily_usage",
    "/tokens/hourly": "user_quarter_usage",
}
ROLLUPS = sorted(set(READ_FROM.values()))
MORE = event(event_id="more", team="Green", user="eve", cost_usd="0.5")


def answers(client: TestClient) -> dict[str, tuple[Any, str | None]]:
    found = {}
    for path in READ_FROM:
        response = client.get(path, params=RANGE)
        assert response.status_code == 200
        found[path] = (response.json(), response.headers.get("X-Tokentally-Rollup"))
    return found


def drop(backend: Backend, *names: str) -> None:
    change_by_hand(backend, *(text(f"DROP TABLE {name}") for name in names))


def change_by_hand(backend: Backend, *statements: Executable) -> None:
    """The data version is raised too, so that no kept answer is given."""
    with backend.database.writer.begin() as connection:
        for statement in statements:
            connection.execute(statement)
        raise_version(connection)


@pytest.mark.parametrize("missing", [[name] for name in ROLLUPS] + [ROLLUPS])
def test_without_a_rollup_the_answers_are_the_same_and_say_so(
    organisation: TestClient, backend: Backend, missing: list[str]
) -> None:
    fold_pending(backend)
    before = answers(organisation)

    drop(backend, *missing)

    assert answers(organisation) == {
        path: (body, "fallback" if READ_FROM[path] in missing else None)
        for path, (body, _) in before.items()
    }


def test_what_is_not_folded_is_counted_once_while_a_rollup_is_missing(
    organisation: TestClient, backend: Backend
) -> None:
    before = answers(organisation)

    drop(backend, *ROLLUPS)
    folded = fold_pending(backend)

    assert folded == 0
    assert answers(organisation) == {path: (body, "fallback") for path, (body, _) in before.items()}


def test_events_are_taken_and_shown_while_a_rollup_is_missing(
    organisation: TestClient, backend: Backend
) -> None:
    drop(backend, *ROLLUPS)

    posted = organisation.post("/v1/events", json=[MORE])

    during = answers(organisation)
    assert posted.json() == answer(accepted=1)
    assert mend_missing_rollups(backend) is True
    assert answers(organisation) == {path: (body, None) for path, (body, _) in during.items()}
    fold_pending(backend)
    assert answers(organisation) == {path: (body, None) for path, (body, _) in during.items()}


def test_a_half_built_rollup_is_not_read(organisation: TestClient, backend: Backend) -> None:
    fold_pending(backend)
    before = answers(organisation)

    change_by_hand(
        backend,
        update(rollup_state).values(state="building"),
        text("DELETE FROM model_daily_usage"),
        text("UPDATE user_daily_usage SET requests = requests + 1"),
    )

    assert answers(organisation) == {path: (body, "fallback") for path, (body, _) in before.items()}
