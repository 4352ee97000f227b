"""A server that keeps raw events of three days, and a week of usage."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from backend.tests.factories import NOW, SettableClock, answer, event
from backend.tests.retention.kept import KEPT_DAYS
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend, open_backend
from tokentally.config import Settings


@pytest.fixture
def backend(settings: Settings, clock: SettableClock) -> Iterator[Backend]:
    """A backend that keeps raw events of three days besides today, with a week of usage."""
    backend = open_backend(settings.model_copy(update={"retention_days": KEPT_DAYS}), clock)
    yield backend
    backend.close()


@pytest.fixture
def week(client: TestClient) -> list[dict[str, Any]]:
    sent = [
        event(
            event_id=f"{back}-{number}",
            occurred_at=(NOW - timedelta(days=back, minutes=number)).isoformat(),
            user=("ada", "grace")[number % 2],
            team=("Kettle", None)[number % 2],
            input_tokens=10**back + number,
            cost_usd="0.25" if number else None,
        )
        for back in range(7)
        for number in range(3)
    ]
    assert client.post("/v1/events", json=sent).json() == answer(accepted=len(sent))
    return sent
