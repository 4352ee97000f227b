"""`/v1/keys`: made once, shown once, listed without secrets, revoked for good; one's own alone."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from backend.tests.auth.people import bearer, key, lacks, token, user
from backend.tests.factories import SettableClock, answer, event, problem
from fastapi.testclient import TestClient
from sqlalchemy import select

from tokentally.api.backend import Backend
from tokentally.models.core import api_key

pytestmark = pytest.mark.every_engine

NOON = "2026-11-21T12:00:00.000000Z"
ADA, BOB = bearer(token("ada")), bearer(token("bob"))


def made(client: TestClient, headers: dict[str, str] = ADA, **wish: Any) -> Any:
    response = client.post("/v1/keys", headers=headers, json={"scopes": ["read"]} | wish)
    assert response.status_code == 201, response.text
    return response.json()


def listed(client: TestClient, headers: dict[str, str] = ADA) -> Any:
    return client.get("/v1/keys", headers=headers).json()["keys"]


def test_a_key_is_shown_once_and_only_its_digest_is_stored(
    client: TestClient, backend: Backend
) -> None:
    new = made(client, scopes=["ingest", "read"], label=" my laptop ")

    with backend.database.readers.connect() as connection:
        [row] = connection.execute(select(api_key)).all()
    secret = new["key"]
    assert new == {"id": 1, "label": "my laptop", "scopes": ["ingest", "read"], "key": secret}
    assert secret.startswith("tt_")
    assert len(secret) == 46
    assert row.digest == sha256(secret.encode()).digest()
    assert secret not in str(row)
    assert listed(client) == [
        {
            "id": 1,
            "label": "my laptop",
            "shown": secret[:9],
            "scopes": ["ingest", "read"],
            "created_at": NOON,
            "last_used_at": None,
            "revoked_at": None,
        }
    ]


def test_no_two_keys_are_alike(client: TestClient) -> None:
    assert len({made(client)["key"] for _ in range(20)}) == 20


def test_a_key_does_what_it_was_made_for(client: TestClient) -> None:
    reads, sends = made(client)["key"], made(client, scopes=["ingest"])["key"]

    posted = client.post("/v1/events", json=[event(user="bob")], headers=bearer(sends))

    assert posted.json() == answer(accepted=1)
    assert client.get("/v1/me", headers=bearer(reads)).json()["name"] == "ada"
    assert client.post("/v1/events", json=[event()], headers=bearer(reads)).status_code == 403
    assert client.get("/v1/me", headers=bearer(sends)).status_code == 403


def test_nobody_sees_or_revokes_the_keys_of_another(client: TestClient) -> None:
    own = made(client)

    response = client.delete(f"/v1/keys/{own['id']}", headers=BOB)

    assert listed(client, BOB) == []
    assert (response.status_code, response.json()) == (404, problem(404, "there is no key 1"))
    assert client.get("/v1/me", headers=bearer(own["key"])).status_code == 200


def test_a_revoked_key_opens_nothing_at_once_and_stays_listed(
    client: TestClient, clock: SettableClock
) -> None:
    new = made(client)
    clock.now += timedelta(minutes=1)

    first = client.delete(f"/v1/keys/{new['id']}", headers=ADA)
    clock.now += timedelta(minutes=1)
    again = client.delete(f"/v1/keys/{new['id']}", headers=ADA)

    assert (first.status_code, first.content) == (again.status_code, again.content) == (204, b"")
    assert client.get("/v1/me", headers=bearer(new["key"])).status_code == 401
    assert [each["revoked_at"] for each in listed(client)] == ["2026-11-21T12:01:00.000000Z"]


@pytest.mark.parametrize("number", ["7", "0", "-1", "x", "1.0", "²", "2147483648", "9" * 30, "%00"])
def test_a_key_that_is_not_there_cannot_be_revoked(client: TestClient, number: str) -> None:
    made(client)

    response = client.delete(f"/v1/keys/{number}", headers=ADA)

    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert [each["revoked_at"] for each in listed(client)] == [None]


@pytest.mark.parametrize("scope", ["ingest:any", "admin"])
def test_nobody_can_give_a_key_more_than_they_have(client: TestClient, scope: str) -> None:
    response = client.post("/v1/keys", headers=ADA, json={"scopes": ["read", scope]})

    assert (response.status_code, response.json()) == (403, problem(403, lacks(scope)))
    assert listed(client) == []


def test_a_reading_key_makes_reading_keys_only(client: TestClient) -> None:
    reading = bearer(made(client)["key"])

    assert made(client, reading)["scopes"] == ["read"]
    refused = client.post("/v1/keys", headers=reading, json={"scopes": ["ingest"]})
    assert refused.json() == problem(403, lacks("ingest"))


def test_an_admin_can_give_everything(client: TestClient, backend: Backend) -> None:
    admin = bearer(key(backend, "grace", "admin", is_admin=True))

    assert made(client, admin, scopes=["ingest:any", "admin"])["scopes"] == ["admin", "ingest:any"]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({}, "Object missing required field `scopes`"),
        ({"scopes": "read"}, "scopes: Expected `array`, got `str`"),
        ({"scopes": []}, "scopes: Expected `array` of length >= 1"),
        ({"scopes": ["read", 7]}, "scopes[1]: Expected `str`, got `int`"),
        ({"scopes": ["read"], "label": None}, "label: Expected `str`, got `null`"),
        ({"scopes": ["read"], "lable": "x"}, "Object contains unknown field `lable`"),
        ({"scopes": ["read"], "label": "x" * 201}, "label must be at most 200 characters"),
        (
            {"scopes": ["read"], "label": "a\0"},
            "label must not contain a NUL character or half a surrogate pair",
        ),
        (
            {"scopes": ["write"]},
            "there is no scope 'write'; there are admin, ingest, ingest:any, read",
        ),
        ([], "Expected `object`, got `array`"),
    ],
)
def test_a_wish_that_makes_no_sense_is_told_what_is_wrong(
    client: TestClient, body: Any, detail: str
) -> None:
    response = client.post("/v1/keys", headers=ADA, json=body)

    assert (response.status_code, response.json()) == (400, problem(400, detail))
    assert listed(client) == []


@pytest.mark.parametrize("body", [b"", b"{", b'{"scopes":["\xff"]}', b'{"scopes":[', b"\0"])
def test_a_body_that_is_no_json_is_malformed(client: TestClient, body: bytes) -> None:
    headers = ADA | {"Content-Type": "application/json"}

    response = client.post("/v1/keys", headers=headers, content=body)

    assert response.status_code == 400
    assert response.json()["detail"].startswith("the body is no valid JSON: ")


@pytest.mark.parametrize(
    ("content_type", "shown"), [("text/plain", "'text/plain'"), ("", "'none'")]
)
def test_a_body_of_another_type_is_not_read(
    client: TestClient, content_type: str, shown: str
) -> None:
    headers = ADA | {"Content-Type": content_type}

    response = client.post("/v1/keys", headers=headers, content=b'{"scopes":["read"]}')

    detail = f"Content-Type {shown}: send application/json"
    assert (response.status_code, response.json()) == (415, problem(415, detail))


def test_a_body_may_not_be_endless(client: TestClient) -> None:
    body = b'{"scopes":["read"],"label":"' + b"x" * (17 * 1024 * 1024)

    response = client.post(
        "/v1/keys", headers=ADA | {"Content-Type": "application/json"}, content=body
    )

    assert response.json() == problem(413, "the body is larger than 64 KiB")


def test_a_key_of_an_admin_may_change_users(client: TestClient, backend: Backend) -> None:
    user(backend, "grace", is_admin=True)
    own = made(client, bearer(token("grace", scope="admin")), scopes=["admin"])

    users = client.get("/v1/admin/users", headers=bearer(own["key"])).json()["users"]

    assert [each["name"] for each in users] == ["grace"]
