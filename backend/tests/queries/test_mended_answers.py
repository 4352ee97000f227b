"""What was mended is what people see, and nothing is left behind."""

import pytest
from backend.tests.engines.plain import change
from backend.tests.exactness.oracle import Oracle
from backend.tests.exactness.stored import assert_exact
from backend.tests.factories import NOW, event
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.days import day_number
from tokentally_jobs.backfill import mend_missing_rollups, rebuild_days
from tokentally_jobs.fold import fold_pending

pytestmark = pytest.mark.every_engine


def test_an_answer_that_was_wrong_is_right_after_a_rebuild(
    client: TestClient, backend: Backend, database_url: str
) -> None:
    client.post("/v1/events", json=[event()])
    fold_pending(backend)
    right = client.get("/tokens").json()
    change(
        database_url,
        "UPDATE user_daily_usage SET input_tokens = 9999",
        "UPDATE data_version SET version = version + 1",
    )
    wrong = client.get("/tokens").json()

    rebuild_days(backend, [day_number(NOW.date())], lambda _: None)

    assert wrong != right
    assert client.get("/tokens").json() == right


def test_mending_takes_days_that_have_nothing_but_retractions(
    client: TestClient, backend: Backend, database_url: str
) -> None:
    oracle = Oracle()
    moved = event(revision=1, occurred_at="2026-11-19T10:00:00+00:00")
    for sent in (event(occurred_at="2026-11-20T10:00:00+00:00"), moved):
        client.post("/v1/events", json=[sent])
        oracle.deliver(sent, NOW)
        if sent is not moved:
            fold_pending(backend)
    change(database_url, "DROP TABLE model_daily_usage")

    assert mend_missing_rollups(backend)

    fold_pending(backend)
    assert_exact(database_url, oracle)
