"""When a key was last used: noted to the minute, and nobody waits for it."""

from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from backend.tests.auth.people import bearer, key, token
from backend.tests.factories import NOW, SettableClock
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.auth.api_keys import caller_with_key

pytestmark = pytest.mark.every_engine

NOON = "2026-11-21T12:00:00.000000Z"


def written(backend: Backend) -> None:
    """Wait until everything that is queued is stored."""
    backend.writer.run(lambda _: None).result()


def last_use(client: TestClient) -> Any:
    return client.get("/v1/keys", headers=bearer(token("ada"))).json()["keys"][0]["last_used_at"]


def test_the_last_use_is_noted_once_a_minute(
    client: TestClient, backend: Backend, clock: SettableClock
) -> None:
    used = bearer(key(backend, "ada", "read"))
    times = []
    for seconds in (0, 59, 60, 61, 121):
        clock.now = NOW + timedelta(seconds=seconds)
        client.get("/tokens/models", headers=used)
        written(backend)
        times.append(last_use(client)[14:19])

    assert times == ["00:00", "00:00", "01:00", "01:00", "02:01"]


def test_a_use_that_cannot_be_noted_costs_nothing(client: TestClient, backend: Backend) -> None:
    used = bearer(key(backend, "ada", "read"))
    backend.writer.stop()

    assert client.get("/v1/me", headers=used).status_code == 200
    assert last_use(client) is None


def test_noting_a_use_waits_for_nothing(client: TestClient, backend: Backend) -> None:
    used, free = bearer(key(backend, "ada", "read")), Event()
    held = backend.writer.run(lambda _: free.wait(30))
    try:
        answered = client.get("/tokens/models", headers=used).status_code
    finally:
        free.set()
    held.result()
    written(backend)

    assert answered == 200
    assert last_use(client) == NOON


def test_digests_are_compared_in_constant_time() -> None:
    assert "compare_digest" in caller_with_key.__code__.co_names
