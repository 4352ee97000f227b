"""`/livez` and `/readyz`: right whatever happens to the database, and never long in coming."""

from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from backend.tests.factories import SettableClock, event
from fastapi.testclient import TestClient
from sqlalchemy import Connection, text, update

from tokentally.api.backend import Backend, open_backend
from tokentally.api.probe import Probe
from tokentally.api.server import create_backend
from tokentally.config import Settings
from tokentally.models.core import pending_usage
from tokentally.queries.readiness import Readiness, unready
from tokentally.store.schema import HEAD
from tokentally_jobs.fold import fold_pending

UNKNOWN = {"ok": False, "detail": "not known"}
ANSWERS = {"ok": True, "detail": "the database answers"}
AT_HEAD = {"ok": True, "detail": f"the schema is at {HEAD}"}
NOTHING_WAITS = {"ok": True, "detail": "the oldest pending row has waited for 0 s"}


Check = dict[str, Any]


def said(database: Check, migrations: Check, fold: Check) -> dict[str, Any]:
    """The whole answer."""
    checks = {"database": database, "migrations": migrations, "fold": fold}
    return {"ready": all(check["ok"] for check in checks.values()), "checks": checks}


@pytest.mark.every_engine
def test_a_fresh_server_is_alive_and_ready(client: TestClient) -> None:
    alive, ready = client.get("/livez"), client.get("/readyz")

    assert (alive.status_code, alive.json()) == (200, {"alive": True})
    assert (ready.status_code, ready.json()) == (200, said(ANSWERS, AT_HEAD, NOTHING_WAITS))
    for answer in (alive, ready):
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.every_engine
def test_rows_that_wait_too_long_are_told_until_they_are_folded(
    client: TestClient, backend: Backend, clock: SettableClock
) -> None:
    client.post("/v1/events", json=[event()])
    clock.now += timedelta(seconds=300)
    in_time = client.get("/readyz")
    clock.now += timedelta(seconds=1)
    late = client.get("/readyz")
    fold_pending(backend)
    folded = client.get("/readyz")

    waits = "the oldest pending row has waited for 30{} s"
    fine = {"ok": True, "detail": waits.format(0)}
    too_long = {"ok": False, "detail": waits.format("1") + ", more than 300 s"}
    assert (in_time.status_code, in_time.json()) == (200, said(ANSWERS, AT_HEAD, fine))
    assert (late.status_code, late.json()) == (503, said(ANSWERS, AT_HEAD, too_long))
    assert (folded.status_code, folded.json()) == (200, said(ANSWERS, AT_HEAD, NOTHING_WAITS))
    assert client.get("/tokens/models").json()["models"][0]["requests"] == 1


def test_how_long_rows_may_wait_is_a_setting(settings: Settings, clock: SettableClock) -> None:
    patient = open_backend(settings.model_copy(update={"ready_fold_lag_seconds": 1e9}), clock)
    with TestClient(create_backend(patient), base_url="http://localhost") as client:
        client.post("/v1/events", json=[event()])
        clock.now += timedelta(days=365)
        status = client.get("/readyz").status_code
    patient.close()

    assert status == 200


@pytest.mark.every_engine
def test_of_rows_out_of_order_the_oldest_counts(client: TestClient, backend: Backend) -> None:
    client.post("/v1/events", json=[event(event_id=name, model=name) for name in "abc"])
    earlier = pending_usage.c.received_seconds - pending_usage.c.id * 1_000
    with backend.database.writer.begin() as connection:
        connection.execute(update(pending_usage).values(received_seconds=earlier))

    told = client.get("/readyz").json()["checks"]["fold"]["detail"]

    with backend.database.readers.connect() as connection:
        newest_id = connection.execute(text("SELECT max(id) FROM pending_usage")).scalar_one()
    assert told == (f"the oldest pending row has waited for {newest_id * 1_000} s, more than 300 s")


@pytest.mark.every_engine
@pytest.mark.parametrize("found", ["0001", "9999"])
def test_a_schema_of_another_version_is_told(
    client: TestClient, backend: Backend, found: str
) -> None:
    with backend.database.writer.begin() as connection:
        connection.execute(
            text("UPDATE alembic_version SET version_num = :found"), {"found": found}
        )

    ready = client.get("/readyz")

    other = {"ok": False, "detail": f"the schema is at {found}, and must be at {HEAD}"}
    assert (ready.status_code, ready.json()) == (503, said(ANSWERS, other, UNKNOWN))


@pytest.mark.every_engine
def test_an_empty_database_is_told(client: TestClient, backend: Backend) -> None:
    with backend.database.writer.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))

    ready = client.get("/readyz")

    none = {"ok": False, "detail": f"the schema is at nothing, and must be at {HEAD}"}
    assert (ready.status_code, ready.json()) == (503, said(ANSWERS, none, UNKNOWN))


def test_without_its_database_a_server_is_alive_and_not_ready(
    client: TestClient, backend: Backend
) -> None:
    assert backend.database.path
    file = backend.database.path
    file.rename(file.with_name("away.db"))
    alive, gone = client.get("/livez"), client.get("/readyz")
    file.with_name("away.db").rename(file)

    lost = {"ok": False, "detail": "the database is unavailable"}
    assert alive.status_code == 200
    assert (gone.status_code, gone.json()) == (503, said(lost, UNKNOWN, UNKNOWN))
    assert client.get("/readyz").status_code == 200


def test_a_broken_database_is_told_without_its_inside(client: TestClient, backend: Backend) -> None:
    with backend.database.writer.begin() as connection:
        connection.execute(text("DROP TABLE pending_usage"))

    ready = client.get("/readyz")

    broken = {"ok": False, "detail": "the database is unavailable"}
    assert (ready.status_code, ready.json()) == (503, said(broken, UNKNOWN, UNKNOWN))


def test_a_database_that_hangs_is_told_in_time_and_asked_once(backend: Backend) -> None:
    app = create_backend(backend)
    free, asked = Event(), list[Connection]()

    def hang(connection: Connection) -> Readiness:
        asked.append(connection)
        free.wait(30)
        return unready("too late")

    app.state.readiness = Probe(backend.database, hang, 0.01)
    with TestClient(app, base_url="http://localhost") as client:
        hung = [client.get("/readyz") for _ in range(5)]
        alive = client.get("/livez")
        free.set()

    silent = {"ok": False, "detail": "no answer within 0.01 s"}
    assert [answer.status_code for answer in hung] == [503] * 5
    assert [answer.json() for answer in hung] == [said(silent, UNKNOWN, UNKNOWN)] * 5
    assert alive.status_code == 200
    assert len(asked) == 1
