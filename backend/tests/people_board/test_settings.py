"""Choosing to be named on leaderboards."""

import gzip
from datetime import timedelta
from typing import Any

import pytest
from backend.tests.auth.people import bearer, key, token
from backend.tests.factories import SettableClock
from backend.tests.people_board.asking import SETTINGS
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend

pytestmark = pytest.mark.every_engine
SIGN_IN = True

NOON, LATER = "2026-11-21T12:00:00.000000Z", "2026-11-21T12:05:00.000000Z"
NEVER = {"leaderboard_public": False, "updated_at": None}


def test_who_never_chose_is_not_public(client: TestClient) -> None:
    response = client.get(SETTINGS, headers=bearer(token("new")))

    assert (response.status_code, response.json()) == (200, NEVER)


@pytest.mark.parametrize("prefix", ["", "/api"])
def test_a_choice_is_told_with_its_moment_and_kept(client: TestClient, prefix: str) -> None:
    headers = bearer(token("new"))

    made = client.post(prefix + SETTINGS, json={"leaderboard_public": True}, headers=headers)

    assert (made.status_code, made.json()) == (
        200,
        {"leaderboard_public": True, "updated_at": NOON},
    )
    assert client.get(prefix + SETTINGS, headers=headers).json() == made.json()
    assert client.get("/v1/me", headers=headers).json()["leaderboard_public"] is True


def test_every_way_to_choose_sets_the_moment(
    client: TestClient, backend: Backend, clock: SettableClock
) -> None:
    ada, root = bearer(token("ada")), bearer(key(backend, "root", "admin", is_admin=True))
    client.post(SETTINGS, json={"leaderboard_public": True}, headers=ada)

    clock.now += timedelta(minutes=5)
    client.patch("/v1/me", json={"display_name": "Ada"}, headers=ada)
    untouched = client.get(SETTINGS, headers=ada).json()
    client.patch("/v1/me", json={"leaderboard_public": False}, headers=ada)
    by_me = client.get(SETTINGS, headers=ada).json()
    clock.now -= timedelta(minutes=5)
    client.patch("/v1/admin/users/ada", json={"leaderboard_public": True}, headers=root)
    by_an_admin = client.get(SETTINGS, headers=ada).json()

    assert untouched == {"leaderboard_public": True, "updated_at": NOON}
    assert by_me == {"leaderboard_public": False, "updated_at": LATER}
    assert by_an_admin == {"leaderboard_public": True, "updated_at": NOON}


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        [True],
        "true",
        1,
        {"leaderboard_public": "true"},
        {"leaderboard_public": 1},
        {"leaderboard_public": None},
        {"Leaderboard_public": True},
    ],
)
def test_what_is_no_boolean_is_refused(client: TestClient, body: Any) -> None:
    response = client.post(SETTINGS, json=body, headers=bearer(token()))

    assert response.status_code == 400
    assert response.json() == {"error": "leaderboard_public must be boolean"}


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"leaderboard_public":true', b"[" * 5000])
def test_what_is_no_json_is_refused(client: TestClient, body: bytes) -> None:
    headers = bearer(token()) | {"Content-Type": "application/json"}

    response = client.post(SETTINGS, content=body, headers=headers)

    assert (response.status_code, response.json()) == (400, {"error": "Invalid JSON"})


@pytest.mark.parametrize("stated", ["", "text/plain", "application/x-www-form-urlencoded"])
def test_another_content_type_is_refused(client: TestClient, stated: str) -> None:
    headers = bearer(token()) | ({"Content-Type": stated} if stated else {})

    response = client.post(SETTINGS, content=b'{"leaderboard_public":true}', headers=headers)

    said = f"Content-Type {stated or 'none'!r}: send application/json"
    assert (response.status_code, response.json()) == (415, {"error": said})
    assert client.get(SETTINGS, headers=bearer(token())).json() == NEVER


def test_a_charset_and_gzip_are_taken_and_a_large_body_is_not(client: TestClient) -> None:
    headers = bearer(token()) | {"Content-Type": "application/json; charset=utf-8"}
    body = b'{"leaderboard_public":true}'

    packed = client.post(
        SETTINGS, content=gzip.compress(body), headers={**headers, "Content-Encoding": "gzip"}
    )
    large = client.post(SETTINGS, content=body + b" " * 65_536, headers=headers)

    assert packed.json() == {"leaderboard_public": True, "updated_at": NOON}
    assert (large.status_code, large.json()) == (
        413,
        {"error": "the body is larger than 64 KiB"},
    )


def test_the_answer_is_the_caller_s_own(client: TestClient) -> None:
    client.post(SETTINGS, json={"leaderboard_public": True}, headers=bearer(token("ada")))

    assert client.get(SETTINGS, headers=bearer(token("bob"))).json() == NEVER
