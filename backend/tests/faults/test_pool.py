"""All connections that the writer could have are in use for longer than anybody waits for one."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from backend.tests.factories import answer, event, event_text, parsed, problem
from fastapi.testclient import TestClient
from sqlalchemy import QueuePool

from tokentally.api.backend import Backend
from tokentally.store.database import StoreUnavailable
from tokentally.store.deliver import Delivery

pytestmark = pytest.mark.every_engine

WAIT_SECONDS = 1.0
DELIVERIES = 15
TOGETHER_SECONDS = 9
"""The first waits for a connection, then the others at once: twice the wait, and much patience."""


def test_what_waits_is_refused_together_and_taken_as_soon_as_there_is_a_connection(
    client: TestClient, backend: Backend
) -> None:
    events = [parsed(event_text("event_id", f'"waits-{n}"')).events for n in range(DELIVERIES)]

    with every_connection_taken(backend):
        started = time.monotonic()
        waiting = [backend.writer.submit(Delivery(some)) for some in events]
        refusals = [waits.exception(timeout=120) for waits in waiting]
        waited = time.monotonic() - started
        refused = client.post("/v1/events", json=[event(event_id="refused")])
    again = client.post("/v1/events", json=[event(event_id="refused")])

    assert {type(refusal) for refusal in refusals} == {StoreUnavailable}
    assert waited < TOGETHER_SECONDS
    told = problem(503, "the database can't be written now")
    assert (refused.status_code, refused.json()) == (503, told)
    assert refused.headers["retry-after"] == "2"
    assert again.json() == answer(accepted=1)


@contextmanager
def every_connection_taken(backend: Backend) -> Iterator[None]:
    pool = backend.database.writer.pool
    assert isinstance(pool, QueuePool)
    pool._timeout = WAIT_SECONDS
    with ExitStack() as taken:
        for _ in range(pool.size() + pool._max_overflow):
            taken.callback(pool.connect().close)
        yield
