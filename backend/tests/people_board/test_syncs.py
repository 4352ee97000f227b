"""When usage of each user came in last, by whatever door."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from backend.tests.auth.people import bearer, key, token
from backend.tests.engines.plain import change, rows
from backend.tests.factories import NOW, SettableClock, event
from backend.tests.people_board.asking import INGEST, PING, bucket
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.clock import microseconds, rfc3339
from tokentally.store.syncs import last_sync, note_syncs

pytestmark = pytest.mark.every_engine
SIGN_IN = True

Post = Callable[[TestClient, dict[str, str]], Any]

DOORS: dict[str, Post] = {
    "events": lambda client, headers: client.post("/v1/events", json=[event()], headers=headers),
    "half hours": lambda client, headers: client.post(INGEST, json=[bucket()], headers=headers),
}


def syncs(url: str) -> dict[str, int]:
    return dict(rows(url, "SELECT name, last_sync_at FROM user_sync JOIN app_user ON id = user_id"))


def version(url: str) -> int:
    return int(rows(url, "SELECT version FROM data_version")[0][0])


@pytest.mark.parametrize("door", DOORS)
def test_every_delivery_counts_and_so_does_one_of_duplicates(
    client: TestClient, backend: Backend, clock: SettableClock, database_url: str, door: str
) -> None:
    headers = bearer(key(backend, "ada", "ingest"))
    for _ in range(3):
        clock.now += timedelta(minutes=7)

        assert DOORS[door](client, headers).status_code == 200

        assert syncs(database_url) == {"ada": microseconds(clock.now)}


def test_neither_duplicates_nor_pings_make_answers_be_worked_out_anew(
    client: TestClient, backend: Backend, clock: SettableClock, database_url: str
) -> None:
    headers = bearer(key(backend, "ada", "ingest"))
    DOORS["events"](client, headers)
    before = version(database_url)
    clock.now += timedelta(hours=1)

    DOORS["events"](client, headers)
    clock.now += timedelta(hours=1)
    client.post(PING, headers=headers)

    assert syncs(database_url) == {"ada": microseconds(clock.now)}
    assert version(database_url) == before


def test_what_is_all_refused_doesn_t(
    client: TestClient, backend: Backend, database_url: str
) -> None:
    headers = bearer(key(backend, "ada", "ingest"))
    change(database_url, "INSERT INTO sealed_day (day, sealed_at) VALUES (20777, 1)")
    sealed = event(occurred_at="2026-11-20T10:00:00Z")

    refused = [
        client.post("/v1/events", json=[event(input_tokens=-1)], headers=headers),
        client.post("/v1/events", json=[sealed], headers=headers),
        client.post("/v1/events", json=[], headers=headers),
        client.post(INGEST, json=[bucket(hour_start="x")], headers=headers),
    ]

    assert [answer.status_code for answer in refused] == [200, 200, 200, 400]
    assert syncs(database_url) == {}


def test_it_is_the_user_of_the_event_who_is_in_sync(
    client: TestClient, backend: Backend, database_url: str
) -> None:
    headers = bearer(key(backend, "gateway", "ingest:any"))
    events = [event(event_id=str(n), user=f"user-{n % 3}") for n in range(9)]

    client.post("/v1/events", json=events, headers=headers)

    at = microseconds(NOW)
    assert syncs(database_url) == {"user-0": at, "user-1": at, "user-2": at}


def test_a_receipt_never_goes_back(backend: Backend) -> None:
    with backend.database.writer.begin() as connection:
        note_syncs(connection, [2, 1, 2], 50)
        note_syncs(connection, [1], 40)
        note_syncs(connection, [2, 3], 60)
        note_syncs(connection, [], 70)

        assert [last_sync(connection, user) for user in (1, 2, 3, 4)] == [50, 60, 60, None]


@pytest.mark.parametrize("prefix", ["", "/api"])
def test_a_ping_is_noted_if_nothing_came_in_for_half_an_hour(
    client: TestClient, backend: Backend, clock: SettableClock, prefix: str
) -> None:
    headers = bearer(key(backend, "ada", "ingest"))
    told = []
    for minutes in (0, 29, 1, 45):
        clock.now += timedelta(minutes=minutes)
        told.append(client.post(prefix + PING, json={}, headers=headers).json())

    def synced(minutes: int, updated: bool) -> dict[str, Any]:
        at = rfc3339(microseconds(NOW + timedelta(minutes=minutes)))
        return {
            "success": True,
            "updated": updated,
            "last_sync_at": at,
            "min_interval_minutes": 30,
        }

    assert told == [synced(0, True), synced(0, False), synced(30, True), synced(75, True)]


def test_a_ping_after_a_delivery_tells_of_it_and_changes_nothing(
    client: TestClient, backend: Backend, clock: SettableClock, database_url: str
) -> None:
    headers = bearer(key(backend, "ada", "ingest"))
    client.post(INGEST, json=[bucket()], headers=headers)
    clock.now += timedelta(minutes=10)
    before = version(database_url)

    told = client.post(PING, headers=headers).json()

    assert (told["updated"], told["last_sync_at"]) == (False, rfc3339(microseconds(NOW)))
    assert version(database_url) == before


@pytest.mark.parametrize("body", [b"", b"{", b"\x00" * 100_000])
def test_the_body_of_a_ping_doesn_t_matter(client: TestClient, body: bytes) -> None:
    response = client.post(PING, content=body, headers=bearer(token("new")))

    assert (response.status_code, response.json()["updated"]) == (200, True)
