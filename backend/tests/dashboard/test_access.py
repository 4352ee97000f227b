"""Callers get their own usage and nobody else's, and are turned away in a fixed order."""

import pytest
from backend.tests.auth.people import bearer, key, lacks
from backend.tests.costs_api.people import call, sends, signed_in
from backend.tests.dashboard.asking import HOURLY, QUESTIONS, path
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import Connection, select, text
from sqlalchemy import event as sa_event

from tokentally.api.backend import Backend
from tokentally.api.server import create_backend
from tokentally.models.core import app_user
from tokentally_jobs.fold import fold_pending

SIGN_IN = True
PREFIXES = ("", "/api")
KEPT = [question for question in QUESTIONS if question != HOURLY]


def ask(client: TestClient, question: str, user: str, **headers: str) -> Response:
    return client.get(path(question), headers=signed_in(user) | headers)


@pytest.mark.every_engine
@pytest.mark.parametrize("question", QUESTIONS)
def test_rows_of_others_never_appear(client: TestClient, backend: Backend, question: str) -> None:
    def shown(user: str) -> dict[str, object]:
        answered: dict[str, object] = ask(client, question, user).json()
        return answered | {"as_of": None}

    empty = shown("ada")
    sends(client, "bob", *(call("bob", n) for n in range(3)))
    beside_bob = shown("ada")
    sends(client, "ada", call("ada", 1))
    admin = bearer(key(backend, "grace", "admin", is_admin=True))

    for _ in ("not folded", "folded"):
        of_admin = client.get(path(question), headers=admin).json() | {"as_of": None}

        assert beside_bob == of_admin == empty
        assert '"360"' in ask(client, question, "bob").text
        assert '"120"' in ask(client, question, "ada").text
        assert '"360"' not in ask(client, question, "ada").text
        fold_pending(backend)


@pytest.mark.every_engine
@pytest.mark.parametrize("question", QUESTIONS)
def test_usage_is_read_in_transactions_of_the_caller(
    client: TestClient, backend: Backend, question: str
) -> None:
    sends(client, "ada", call("ada", 1))
    owners: list[object] = []

    def note(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if "_usage." in statement or "user_sync." in statement:
            owners.append(connection.get_execution_options()["tokentally_owner"])

    sa_event.listen(backend.database.readers, "before_cursor_execute", note)
    answered = ask(client, question, "ada")

    with backend.database.readers.connect() as connection:
        ada = connection.execute(select(app_user.c.id).where(app_user.c.name == "ada")).scalar_one()
    assert answered.status_code == 200
    assert set(owners) == {str(ada)}


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("question", QUESTIONS)
def test_refusals_come_in_a_fixed_order(client: TestClient, question: str, prefix: str) -> None:
    broken = f"{prefix}{path(question)}?tz_offset_minutes=7"

    refused = [
        client.post(broken),
        client.get(broken),
        client.get(broken, headers={"Authorization": "Bearer "}),
        client.get(broken, headers=bearer("nonsense")),
        client.get(broken, headers=signed_in("ada", scope="ingest")),
        client.get(broken, headers=signed_in("ada")),
    ]

    assert [(response.status_code, response.json()) for response in refused] == [
        (405, {"error": "Method Not Allowed"}),
        (401, {"error": "Missing bearer token"}),
        (401, {"error": "Missing bearer token"}),
        (401, {"error": "Unauthorized"}),
        (403, {"error": lacks("read")}),
        (400, {"error": "Invalid tz_offset_minutes"}),
    ]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_what_is_not_there_is_told_in_the_same_form(client: TestClient, prefix: str) -> None:
    response = client.get(f"{prefix}/functions/vibeusage-nothing", headers=signed_in("ada"))

    assert (response.status_code, response.json()) == (404, {"error": "Not Found"})


def test_failures_are_told_without_their_inside(backend: Backend) -> None:
    app = create_backend(backend)
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as client:
        sends(client, "ada", call("ada", 1))
        with backend.database.writer.begin() as connection:
            connection.execute(text("DROP TABLE data_version"))
        unavailable = [ask(client, question, "ada") for question in QUESTIONS]
        del app.state.backend
        defect = [ask(client, question, "ada") for question in QUESTIONS]

    assert [(response.status_code, response.json()) for response in (*unavailable, *defect)] == [
        *[(503, {"error": "the database is unavailable"})] * 6,
        *[(500, {"error": "Internal server error"})] * 6,
    ]


@pytest.mark.every_engine
@pytest.mark.parametrize("question", KEPT)
def test_who_has_the_answer_gets_none(client: TestClient, question: str) -> None:
    sends(client, "ada", call("ada", 1))
    first = ask(client, question, "ada")
    tag = {"If-None-Match": first.headers["etag"]}

    again = ask(client, question, "ada", **tag)
    elsewhere = client.get(f"/api{path(question)}", headers=signed_in("ada") | tag)
    of_bob = ask(client, question, "bob", **tag)
    sends(client, "ada", call("ada", 2))
    changed = ask(client, question, "ada", **tag)

    assert [first.status_code, again.status_code, elsewhere.status_code] == [200, 304, 304]
    assert [of_bob.status_code, changed.status_code] == [200, 200]
    assert again.content == b""
    for response in (first, again):
        assert response.headers["etag"] == first.headers["etag"]
        assert response.headers["cache-control"] == "private, no-cache"
        assert response.headers["vary"] == "Authorization, X-Tokentally-User"


def test_an_answer_that_tells_the_last_sync_is_never_kept(
    client: TestClient, backend: Backend
) -> None:
    sends(client, "ada", call("ada", 1))
    before = ask(client, HOURLY, "ada", **{"If-None-Match": "*"})
    with backend.database.writer.begin() as connection:
        connection.execute(text("UPDATE user_sync SET last_sync_at = 1"))  # no version is raised

    after = ask(client, HOURLY, "ada")

    assert "etag" not in before.headers
    assert before.headers["cache-control"] == "private, no-cache"
    assert before.json()["sync"]["last_sync_at"] == "2026-11-21T12:00:00.000000Z"
    assert after.json()["sync"]["last_sync_at"] == "1970-01-01T00:00:00.000001Z"
    assert {row["missing"] for row in after.json()["data"]} == {True}


def test_every_other_question_has_another_tag(client: TestClient) -> None:
    sends(client, "ada", call("ada", 1))
    queries = ["", "source=a", "model=a", "tz=Asia/Tokyo", "tz_offset_minutes=540", "to=2026-11-20"]
    asked = [f"{path(question)}?{query}" for question in KEPT for query in queries]
    asked = [each for each in asked if "breakdown?model" not in each]
    asked += [f"{path('usage-heatmap')}?week_starts_on=mon", f"{path('usage-monthly')}?months=2"]

    tags = [client.get(each, headers=signed_in("ada")).headers["etag"] for each in asked]

    assert len(set(tags)) == len(tags)
