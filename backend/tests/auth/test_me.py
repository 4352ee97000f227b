"""`/v1/me`: what one can say of oneself."""

from typing import Any

import pytest
from backend.tests.auth.people import bearer, key, token
from backend.tests.factories import event, problem
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend

pytestmark = pytest.mark.every_engine

ADA, BOB = bearer(token("ada")), bearer(token("bob"))


def change(client: TestClient, body: Any) -> Any:
    return client.patch("/v1/me", headers=ADA, json=body)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"display_name": "  Ada L. "}, {"display_name": "Ada L."}),
        ({"display_name": ""}, {"display_name": ""}),
        ({"time_zone": "Europe/Berlin"}, {"time_zone": "Europe/Berlin"}),
        ({"time_zone": " "}, {"time_zone": ""}),
        ({"leaderboard_public": True}, {"leaderboard_public": True}),
        ({"avatar_url": "https://example.com/a.png"}, {"avatar_url": "https://example.com/a.png"}),
        ({}, {}),
    ],
)
def test_a_change_is_answered_with_what_is_so_from_now_on(
    client: TestClient, sent: dict[str, Any], kept: dict[str, Any]
) -> None:
    before = client.get("/v1/me", headers=ADA).json()

    changed = change(client, sent)

    assert (changed.status_code, changed.json()) == (200, before | kept)
    assert client.get("/v1/me", headers=ADA).json() == before | kept
    assert client.get("/v1/me", headers=BOB).json() == before | {"id": "user-2", "name": "bob"}


IN_FULL = "time_zone must be an IANA name, such as Europe/Berlin, or blank"


@pytest.mark.parametrize(
    ("sent", "detail"),
    [
        ({"display_name": "x" * 201}, "display_name must be at most 200 characters"),
        ({"display_name": None}, "display_name: Expected `str`, got `null`"),
        (
            {"display_name": "\0"},
            "display_name must not contain a NUL character or half a surrogate pair",
        ),
        ({"leaderboard_public": "true"}, "leaderboard_public: Expected `bool`, got `str`"),
        ({"leaderboard_public": 1}, "leaderboard_public: Expected `bool`, got `int`"),
        ({"time_zone": "Mars/Olympus"}, IN_FULL),
        ({"time_zone": "../../etc/passwd"}, IN_FULL),
        ({"time_zone": "Europe"}, IN_FULL),
        ({"time_zone": "\0"}, IN_FULL),
        ({"avatar_url": "http://example.com"}, "avatar_url must begin with https://"),
        ({"avatar_url": "javascript:alert(1)"}, "avatar_url must begin with https://"),
        ({"is_admin": True}, "Object contains unknown field `is_admin`"),
        ({"team": "Platform"}, "Object contains unknown field `team`"),
        ({"name": "grace"}, "Object contains unknown field `name`"),
    ],
)
def test_a_change_that_will_not_do_changes_nothing(
    client: TestClient, sent: dict[str, Any], detail: str
) -> None:
    before = client.get("/v1/me", headers=ADA).json()

    refused = change(client, {"display_name": "new"} | sent)

    assert (refused.status_code, refused.json()) == (400, problem(400, detail))
    assert client.get("/v1/me", headers=ADA).json() == before


def names(client: TestClient, headers: dict[str, str]) -> list[str]:
    teams = client.get("/tokens", headers=headers).json()["teams"]
    return sorted(user["key_alias"] for team in teams for user in team["breakdown"]["api_keys"])


def test_privacy_shows_on_the_leaderboard_at_once(client: TestClient) -> None:
    client.post("/v1/events", json=[event()], headers=ADA)
    client.post("/v1/events", json=[event()], headers=BOB)
    seen = [names(client, BOB)]

    for body in (
        {"display_name": "Ada"},
        {"leaderboard_public": True},
        {"display_name": ""},
        {"display_name": "Ada", "leaderboard_public": False},
    ):
        assert change(client, body).status_code == 200
        seen.append(names(client, BOB))

    hidden = ["Anonymous", "Anonymous"]
    assert seen == [hidden, hidden, ["Ada", "Anonymous"], hidden, hidden]


def test_an_admin_is_one_whatever_the_credentials_allow(
    client: TestClient, backend: Backend
) -> None:
    reading = bearer(key(backend, "grace", "read", is_admin=True))

    me = client.get("/v1/me", headers=reading).json()

    assert (me["is_admin"], me["scopes"]) == (True, ["read"])


@pytest.mark.parametrize("header", ["Bearer {}", "Bearer   {}  ", "  Bearer {}"])
def test_blanks_around_a_token_are_no_part_of_it(client: TestClient, header: str) -> None:
    headers = {"Authorization": header.format(token("ada"))}

    assert client.get("/v1/me", headers=headers).json()["name"] == "ada"
