"""A server with a few events around midnight in New York."""

import pytest
from backend.tests.dashboard.few_events import EVENTS
from backend.tests.factories import answer
from fastapi.testclient import TestClient


@pytest.fixture
def served(client: TestClient) -> TestClient:
    """The server after `EVENTS`."""
    assert client.post("/v1/events", json=EVENTS).json() == answer(accepted=len(EVENTS))
    return client
