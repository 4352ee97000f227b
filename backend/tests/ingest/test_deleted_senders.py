"""Who is deleted while their request is under way isn't made anew by it."""

import msgspec
import pytest
from backend.tests.auth.people import bearer, key
from backend.tests.engines.plain import rows
from backend.tests.factories import event
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.api.deletion import delete_user
from tokentally.clock import microseconds
from tokentally.models.event import MAX_COST_NANO_USD, Event
from tokentally.store.deliver import Delivery
from tokentally.store.names import UnknownSender

pytestmark = pytest.mark.every_engine

NAMES = "SELECT name FROM app_user ORDER BY name"


def events_of(user: str, backend: Backend) -> list[Event]:
    return [
        Event(
            event_id="a",
            occurred_at=microseconds(backend.clock()),
            source="api",
            model="m",
            user=user,
            team="",
            mode=0,
            input_tokens=1,
            cached_input_tokens=0,
            cache_write_tokens=0,
            cache_write_1h_tokens=0,
            output_tokens=1,
            reasoning_output_tokens=0,
            reported_cost=None,
            success=True,
            revision=0,
        )
    ]


def test_a_delivery_of_somebody_deleted_is_refused_and_others_are_stored(
    backend: Backend, database_url: str
) -> None:
    key(backend, "ada", "ingest")
    backend.writer.submit(Delivery(events_of("ada", backend), sender="ada")).result()
    delete_user(backend, "ada")

    late = backend.writer.submit(Delivery(events_of("ada", backend), sender="ada"))
    other = backend.writer.submit(Delivery(events_of("bob", backend)))

    with pytest.raises(UnknownSender):
        late.result()
    assert other.result() == ["accepted"]
    assert rows(database_url, NAMES) == [("bob",)]


def test_a_delivery_that_is_wanted_whole_is_stored_whole_or_not_at_all(
    backend: Backend, database_url: str
) -> None:
    good = events_of("bob", backend)
    costly = {"event_id": "b", "reported_cost": MAX_COST_NANO_USD + 1}
    bad = [msgspec.structs.replace(each, **costly) for each in good]

    refused = backend.writer.submit(Delivery([*good, *bad], whole=True))
    beside = backend.writer.submit(Delivery([*events_of("eve", backend), *bad]))

    with pytest.raises(ValueError, match="costly"):
        refused.result()
    assert beside.result() == ["accepted", "costly"]
    assert rows(database_url, "SELECT count(*) FROM token_event") == [(1,)]


def test_the_owner_of_a_local_server_is_made_by_their_first_event(
    client: TestClient, database_url: str
) -> None:
    assert client.post("/v1/events", json=[event()], headers=bearer("x")).status_code == 200

    assert rows(database_url, NAMES) == [("local",)]
