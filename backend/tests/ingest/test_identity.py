"""Which deliveries are of one event: user, source and event id, and nothing else."""

import pytest
from backend.tests.factories import event
from fastapi.testclient import TestClient

pytestmark = pytest.mark.every_engine

EVENT = event()


def ends(client: TestClient, *events: dict[str, object]) -> dict[str, int]:
    """How the events ended, without the ends that none had."""
    said = client.post("/v1/events", json=list(events)).json()
    return {end: n for end, n in said.items() if n and end != "errors"}


@pytest.mark.parametrize(
    "other", [{"event_id": "req-2"}, {"event_id": "REQ-1"}, {"source": "claude"}, {"user": "ada"}]
)
def test_events_of_another_id_source_or_user_are_other_events(
    client: TestClient, other: dict[str, str]
) -> None:
    ended = [ends(client, EVENT), ends(client, EVENT | other)]

    assert ended == [{"accepted": 1}, {"accepted": 1}]
    assert client.get("/tokens/models").json()["models"][0]["requests"] == 2


@pytest.mark.parametrize(
    "event_ids",
    [
        ("0a1b2c3d-0000-4000-8000-000000000001", "0A1B2C3D-0000-4000-8000-000000000001"),
        ("0a1b2c3d-0000-4000-8000-000000000001", "0a1b2c3d000040008000000000000001"),
        ("12345678-1234-1234-1234-123456789012", "123456781234123412341234567890--12"),
        ("aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaag", "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"),
        ("12345678-1234-1234-1234-12345678901²", "12345678-1234-1234-1234-123456789012"),
        ("12345678-1234-1234-1234-12345678901٣", "12345678-1234-1234-1234-123456789013"),
        ("ÿ", "\x7f"),
    ],
)
def test_ids_that_look_alike_are_still_different(
    client: TestClient, event_ids: tuple[str, str]
) -> None:
    events = [EVENT | {"event_id": event_id} for event_id in event_ids]

    assert ends(client, *events) == {"accepted": 2}
    assert ends(client, *events) == {"duplicate": 2}
