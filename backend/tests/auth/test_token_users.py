"""JSON Web Tokens: whom they stand for, what they allow, and what is taken from them."""

from typing import Any

import pytest
from backend.tests.auth.people import bearer, token, user
from backend.tests.factories import NOTHING_STORED, answer, event
from fastapi.testclient import TestClient
from sqlalchemy import select

from tokentally.api.backend import Backend
from tokentally.models.core import app_user

pytestmark = pytest.mark.every_engine

NEW = {
    "id": "user-1",
    "name": "ada",
    "display_name": "",
    "team": None,
    "is_admin": False,
    "leaderboard_public": False,
    "avatar_url": "",
    "time_zone": "",
    "scopes": ["ingest", "read"],
}


def me(client: TestClient, credentials: str) -> Any:
    return client.get("/v1/me", headers=bearer(credentials)).json()


def users(backend: Backend) -> list[str]:
    with backend.database.readers.connect() as connection:
        return list(connection.execute(select(app_user.c.name)).scalars())


def test_a_user_is_made_on_first_sight_and_only_once(client: TestClient, backend: Backend) -> None:
    first, again = me(client, token()), me(client, token())

    assert first == again == NEW
    assert users(backend) == ["ada"]


@pytest.mark.parametrize("name", ["Ada Lovelace", "a/b%2F?#", "日本", "'; DROP TABLE app_user; --"])
def test_any_sub_may_be_a_name(client: TestClient, backend: Backend, name: str) -> None:
    assert me(client, token(name)) == NEW | {"name": name}
    assert users(backend) == [name]


def test_events_belong_to_the_caller_whatever_they_say(
    client: TestClient, backend: Backend
) -> None:
    sent = event(user="bob", team="Platform")

    posted = client.post("/v1/events", json=[sent], headers=bearer(token()))

    assert posted.json() == answer(accepted=1)
    assert users(backend) == ["ada"]


def test_a_gateway_may_name_users(client: TestClient, backend: Backend) -> None:
    gateway = token("gateway", scope="ingest:any")

    posted = client.post("/v1/events", json=[event(user="bob")], headers=bearer(gateway))

    assert posted.json() == answer(accepted=1)
    assert sorted(users(backend)) == ["bob", "gateway"]


@pytest.mark.parametrize(
    ("claim", "scopes"),
    [
        ("read", ["read"]),
        ("  ingest   read ", ["ingest", "read"]),
        ("ingest:any", ["ingest", "ingest:any"]),
        ("read admin", ["read"]),
        ("read openid profile READ", ["read"]),
        ("openid profile email", ["ingest", "read"]),
        ("profile email", ["ingest", "read"]),
        ("openid offline_access https://example.com/other Read", ["ingest", "read"]),
    ],
)
def test_the_claim_scope_says_what_a_token_allows(
    client: TestClient, claim: str, scopes: list[str]
) -> None:
    if "read" not in scopes:
        posted = client.post("/v1/events", json=[event()], headers=bearer(token(scope=claim)))
        assert posted.json() == answer(accepted=1)
    else:
        assert me(client, token(scope=claim)) == NEW | {"scopes": scopes}


@pytest.mark.parametrize(
    "claim",
    [
        "",
        " ",
        "Read",
        "other",
        "OPENID",
        "openid admin",
        ["read"],
        ["openid"],
        {"read": True},
        7,
        False,
    ],
)
def test_a_claim_scope_without_scopes_allows_nothing(client: TestClient, claim: Any) -> None:
    headers = bearer(token(scope=claim))

    assert client.get("/tokens/models", headers=headers).status_code == 403
    assert client.post("/v1/events", json=[event()], headers=headers).status_code == 403


def test_admin_counts_for_admins_only_and_includes_the_rest(
    client: TestClient, backend: Backend
) -> None:
    user(backend, "ada", is_admin=True)

    everything = ["admin", "ingest", "ingest:any", "read"]
    assert me(client, token("ada", scope="admin"))["scopes"] == everything
    assert client.get("/v1/me", headers=bearer(token("bob", scope="admin"))).status_code == 403


def test_name_and_picture_fill_in_what_is_blank(client: TestClient) -> None:
    picture = "https://example.com/ada.png"

    said = me(client, token(name=" Ada L. ", picture=picture))
    other = me(client, token(name="Countess", picture="https://example.com/other.png"))
    client.patch("/v1/me", headers=bearer(token()), json={"display_name": "A."})
    chosen = me(client, token(name="Countess"))

    assert said == other == NEW | {"display_name": "Ada L.", "avatar_url": picture}
    assert chosen == said | {"display_name": "A."}


@pytest.mark.parametrize(
    "said",
    [
        {"name": "n" * 201},
        {"name": "a\0"},
        {"name": 7},
        {"name": ["Ada"]},
        {"picture": "http://example.com/ada.png"},
        {"picture": "javascript:alert(1)"},
        {"picture": "data:image/png;base64,AAAA"},
        {"picture": "https://example.com/" + "x" * 2_000},
        {"picture": {"url": "https://example.com"}},
    ],
)
def test_a_name_or_picture_that_will_not_do_is_left_out(
    client: TestClient, said: dict[str, Any]
) -> None:
    assert me(client, token(**said)) == NEW


def test_a_disabled_user_is_neither_let_in_nor_changed(
    client: TestClient, backend: Backend
) -> None:
    user(backend, "ada", disabled=True)

    assert client.get("/v1/me", headers=bearer(token(name="Ada"))).status_code == 401

    user(backend, "ada", disabled=False)
    assert me(client, token()) == NEW


def test_while_the_database_takes_no_writes_new_users_are_asked_to_come_again(
    client: TestClient, backend: Backend
) -> None:
    me(client, token("ada"))
    backend.writer.stop()

    known = client.get("/tokens/models", headers=bearer(token("ada")))
    new = client.get("/tokens/models", headers=bearer(token("bob")))

    assert known.json() == NOTHING_STORED
    assert (new.status_code, new.json()) == (503, {"detail": "the server is shutting down"})
    assert new.headers["retry-after"] == "2"
