"""Which models a breakdown lists, and under which names they are shown."""

import pytest
from backend.tests.dashboard.asking import (
    BREAKDOWN,
    told,
)
from backend.tests.dashboard.few_events import EVENTS, RANGE
from backend.tests.factories import answer, event
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally_jobs.fold import fold_pending

pytestmark = pytest.mark.every_engine


def test_a_model_that_nothing_is_left_of_is_not_listed(
    served: TestClient, backend: Backend
) -> None:
    fold_pending(backend)
    renamed = EVENTS[2] | {"model": "other", "revision": 2}
    assert served.post("/v1/events", json=[renamed]).json() == answer(updated=1)

    [claude, _codex] = told(served, BREAKDOWN, RANGE)["sources"]

    assert [model["model"] for model in claude["models"]] == ["a-model", "other"]


def test_the_shown_names_of_models_are_told_to_who_asks(served: TestClient) -> None:
    told_plainly = told(served, BREAKDOWN, f"{RANGE}&names=false")

    told_by_name = told(served, BREAKDOWN, f"{RANGE}&names=true")

    names = {"a-model": "A Model", "aws/gpt-4o": "GPT-4o", "gpt-4o": "GPT-4o"}
    assert told_by_name == told_plainly | {"names": names}
    assert told_plainly == told(served, BREAKDOWN, RANGE)


def test_many_models_have_their_names_told(client: TestClient) -> None:
    ids = [f"vendor/model-{number}" for number in range(2001)]
    client.post("/v1/events", json=[event(event_id=each, model=each) for each in ids])

    names = told(client, BREAKDOWN, "names=true")["names"]

    assert names == {each: f"Model {each.rsplit('-', 1)[1]}" for each in ids}
