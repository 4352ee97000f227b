"""The models of a range, from events to the answer: before, during and after the fold."""

from typing import Any

import pytest
from backend.tests.factories import NOW, answer, event
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.clock import microseconds, rfc3339
from tokentally_jobs.fold import fold_pending

pytestmark = pytest.mark.every_engine

JANUARY = {"start_date": "2024-01-01", "end_date": "2024-01-31"}


def used(model: str, tokens: int) -> dict[str, Any]:
    return event(
        event_id=model,
        occurred_at="2024-01-15T09:30:00Z",
        model=model,
        input_tokens=tokens - 1000,
        output_tokens=1000,
    )


def shown(model: str, model_id: str, tokens: int) -> dict[str, Any]:
    return {
        "model": model,
        "tokens": tokens,
        "model_ids": [model_id],
        "requests": 1,
        "cost_usd": "0.000000",
        "unpriced_tokens": tokens,
    }


EXPECTED: dict[str, Any] = {
    "models": [
        shown("GPT-4.1", "openai/gpt-4.1", 125_000),
        shown("Claude 4.6 Opus", "anthropic/claude-4.6-opus", 98_000),
        shown("GPT-5.2 Codex", "openai/gpt-5.2-codex", 45_000),
    ],
    "as_of": rfc3339(microseconds(NOW)),
}


@pytest.fixture
def seeded(client: TestClient) -> TestClient:
    """The server after the three models were used on 2024-01-15; nothing is folded."""
    events = [
        used("openai/gpt-5.2-codex", 45_000),
        used("openai/gpt-4.1", 125_000),
        used("anthropic/claude-4.6-opus", 98_000),
    ]
    posted = client.post("/v1/events", json={"events": events})
    assert (posted.status_code, posted.json()) == (200, answer(accepted=3))
    return client


def test_the_models_of_a_month_are_listed_before_the_fold(seeded: TestClient) -> None:
    response = seeded.get("/tokens/models", params=JANUARY)

    assert (response.status_code, response.json()) == (200, EXPECTED)
    assert "X-Tokentally-Rollup" not in response.headers


def test_the_fold_changes_nothing_in_the_answer(seeded: TestClient, backend: Backend) -> None:
    before = seeded.get("/tokens/models", params=JANUARY)

    folded = fold_pending(backend)

    after = seeded.get("/tokens/models", params=JANUARY)
    assert folded == 3
    assert (after.status_code, after.json()) == (200, EXPECTED)
    assert after.content == before.content


def test_a_half_done_fold_changes_nothing_in_the_answer(
    seeded: TestClient, backend: Backend
) -> None:
    again = used("openai/gpt-4.1", 5_000) | {"event_id": "later"}
    fold_pending(backend)

    posted = seeded.post("/v1/events", json=[again])

    gpt = EXPECTED["models"][0] | {"tokens": 130_000, "requests": 2, "unpriced_tokens": 130_000}
    response = seeded.get("/tokens/models", params=JANUARY)
    assert posted.json() == answer(accepted=1)
    assert response.json() == EXPECTED | {"models": [gpt, *EXPECTED["models"][1:]]}


@pytest.mark.parametrize(
    ("start_date", "end_date"), [("2024-01-01", "2024-01-14"), ("2024-01-16", "2024-01-31")]
)
def test_other_days_hold_none_of_it(seeded: TestClient, start_date: str, end_date: str) -> None:
    params = {"start_date": start_date, "end_date": end_date}

    response = seeded.get("/tokens/models", params=params)

    assert response.json() == {"models": [], "as_of": EXPECTED["as_of"]}


def test_the_day_itself_is_included_at_both_ends(seeded: TestClient) -> None:
    params = {"start_date": "2024-01-15", "end_date": "2024-01-15"}

    response = seeded.get("/tokens/models", params=params)

    assert response.json() == EXPECTED
