"""When the store is down or full: 503 with Retry-After, nothing acknowledged, and it recovers."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from backend.tests.factories import NOTHING_STORED, answer, event, event_text, parsed, problem
from fastapi.testclient import TestClient
from sqlalchemy import Connection
from sqlalchemy import event as sqlalchemy_event

from tokentally.api.backend import Backend
from tokentally.models.event import Event
from tokentally.store.deliver import Delivery
from tokentally.store.engine import Database
from tokentally.store.writer import MAX_EVENTS_WAITING

CANNOT_WRITE = "the database can't be written now"


def assert_unavailable(client: TestClient, detail: str, event_id: str = "lost") -> None:
    """Posting is answered with 503, in the form of its family, and asks for patience."""
    posted = client.post("/v1/events", json=[event(event_id=event_id)])
    assert (posted.status_code, posted.json()) == (503, problem(503, detail))
    assert posted.headers["content-type"] == "application/problem+json"
    assert posted.headers["retry-after"] == "2"


@pytest.fixture
def _impatient(backend: Backend) -> Iterator[None]:
    """The writer waits for no lock, so that a locked database is told at once."""

    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout=0")

    backend.database.writer.dispose()
    sqlalchemy_event.listen(backend.database.writer, "connect", on_connect)
    yield
    sqlalchemy_event.remove(backend.database.writer, "connect", on_connect)


@pytest.mark.every_engine
def test_after_the_writer_stopped_reads_go_on(client: TestClient, backend: Backend) -> None:
    client.post("/v1/events", json=[event()])

    backend.writer.stop()

    assert_unavailable(client, "the server is shutting down")
    assert client.get("/tokens/models").json()["models"][0]["requests"] == 1


@pytest.mark.every_engine
def test_a_full_queue_takes_no_more_until_it_is_worked_off(
    client: TestClient, backend: Backend
) -> None:
    free = threading.Event()

    def hold(_connection: Connection) -> None:
        free.wait(30)

    held = [backend.writer.run(hold) for _ in range(backend.database.writers)]
    waiting = backend.writer.submit(Delivery(events(MAX_EVENTS_WAITING)))
    try:
        assert_unavailable(client, "too many events are waiting to be stored")
        assert client.get("/tokens/models").json() == NOTHING_STORED
    finally:
        free.set()
    for each in held:
        each.result()

    assert waiting.result() == ["accepted"] * MAX_EVENTS_WAITING
    assert client.post("/v1/events", json=[event(event_id="b")]).json() == answer(accepted=1)


def events(count: int) -> list[Event]:
    [one] = parsed(event_text("event_id", '"a"')).events
    return [msgspec.structs.replace(one, event_id=f"a-{n}") for n in range(count)]


@pytest.mark.usefixtures("_impatient")
def test_a_locked_file_refuses_events_and_still_answers(
    client: TestClient, database_path: Path
) -> None:
    client.post("/v1/events", json=[event()])
    other = sqlite3.connect(database_path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    assert_unavailable(client, CANNOT_WRITE)
    read = client.get("/tokens/models").json()
    other.execute("ROLLBACK")
    other.close()

    assert read["models"][0]["requests"] == 1
    again = client.post("/v1/events", json=[event(event_id="lost")])
    assert again.json() == answer(accepted=1)


def test_a_full_file_refuses_events_and_takes_them_when_there_is_room_again(
    client: TestClient, backend: Backend
) -> None:
    client.post("/v1/events", json=[event(event_id="kept")])
    limits = PageLimit(backend.database)
    many = [event(event_id=f"{n}-{'x' * 180}", model=f"model-{n}") for n in range(2_000)]

    limits.set(0)
    posted = client.post("/v1/events", json=many)
    read = client.get("/tokens/models").json()
    limits.set(2**30)
    again = client.post("/v1/events", json=many)

    assert (posted.status_code, posted.json()) == (503, problem(503, CANNOT_WRITE))
    assert posted.headers["retry-after"] == "2"
    assert [entry["requests"] for entry in read["models"]] == [1]
    assert again.json() == answer(accepted=2_000)


class PageLimit:
    """How many pages the database file may have, for every new connection that writes."""

    def __init__(self, database: Database) -> None:
        self._writer = database.writer
        self._pages = 2**30
        sqlalchemy_event.listen(self._writer, "connect", self._on_connect)

    def set(self, pages: int) -> None:
        """Allow `pages`; those that exist already are always allowed."""
        self._pages = pages or 1
        self._writer.dispose()

    def _on_connect(self, connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={self._pages}").fetchall()


def test_without_its_file_the_store_acknowledges_nothing(
    client: TestClient, database_path: Path
) -> None:
    client.post("/v1/events", json=[event()])
    for file in files_of(database_path):
        file.rename(file.with_name(f"away-{file.name}"))

    posted = client.post("/v1/events", json=[event(event_id="lost")])
    read = client.get("/tokens/models")

    gone = "the database file was moved, deleted or replaced"
    assert (posted.status_code, posted.json()) == (503, problem(503, gone))
    assert posted.headers["retry-after"] == "2"
    assert (read.status_code, read.json()) == (503, {"detail": gone})
    assert read.headers["retry-after"] == "2"


def test_a_file_that_is_no_database_any_more_is_told_as_unavailable(
    client: TestClient, backend: Backend, database_path: Path
) -> None:
    client.post("/v1/events", json=[event()])
    for engine in (backend.database.readers, backend.database.writer):
        engine.dispose()
    for file in files_of(database_path):
        file.write_bytes(b"not a database" * 1_000)

    read = client.get("/tokens/models")
    posted = client.post("/v1/events", json=[event(event_id="lost")])

    assert (read.status_code, read.json()) == (503, {"detail": "the database is unavailable"})
    assert read.headers["retry-after"] == "2"
    assert (posted.status_code, posted.json()) == (503, problem(503, CANNOT_WRITE))


def files_of(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.name}*"))
