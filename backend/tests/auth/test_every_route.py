"""Every route against everyone who must not pass; a new route without a rule fails."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from backend.tests.auth.bad_tokens import BAD
from backend.tests.auth.people import (
    MISSING,
    NO_GOOD,
    bearer,
    key,
    lacks,
    refused,
    token,
    user,
)
from backend.tests.auth.routes import PUBLIC, Rule, rules
from backend.tests.factories import NOTHING_STORED, SettableClock
from fastapi import FastAPI, Response
from fastapi.testclient import TestClient
from sqlalchemy import update

from tokentally.api.backend import Backend
from tokentally.api.server import create_backend
from tokentally.models.core import api_key

Headers = dict[str, str] | list[tuple[str, str]]

WRONG_SCOPES = {"read": "ingest", "ingest": "read", "admin": "read"}
"""For each scope another that doesn't do."""


@pytest.fixture
def table(client: TestClient) -> list[Rule]:
    """The rules of the server that `client` talks to."""
    assert isinstance(client.app, FastAPI)
    return rules(client.app)


def test_every_route_says_what_it_needs(table: list[Rule]) -> None:
    assert [rule for rule in table if rule.needs is None] == []
    assert {rule.needs for rule in table} == {"read", "ingest", "admin"}


def test_a_route_that_says_nothing_is_found(backend: Backend) -> None:
    app = create_backend(backend)
    app.add_api_route("/v1/forgotten", lambda: None)
    app.add_route("/forgotten", lambda _request: Response())

    unruled = [rule[:2] for rule in rules(app) if rule.needs is None]

    assert unruled == [("GET", "/v1/forgotten"), ("GET", "/forgotten"), ("HEAD", "/forgotten")]


def assert_all_refuse(client: TestClient, table: list[Rule], headers: Headers, said: str) -> None:
    """Every route answers 401 and `said`, before it looks at anything else that is wrong."""
    for rule in table:
        response = client.request(
            rule.method, f"{rule.path}?start_date=no-date", headers=headers, content=b"{"
        )

        assert (response.status_code, response.json()) == (401, refused(rule.path, 401, said)), rule
        assert response.headers["www-authenticate"] == "Bearer"
    everything = client.get("/tokens/models", headers=bearer(token()))
    assert everything.json() == NOTHING_STORED


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": " "},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer\t"},
        {"Authorization": token()},
        {"Authorization": f"bearer {token()}"},
        {"Authorization": f"BEARER {token()}"},
        {"Authorization": f"Token {token()}"},
        {"Authorization": f"Basic {token()}"},
        {"Authorization": f"Bearer:{token()}"},
        {"X-Api-Key": token()},
        {"Cookie": f"token={token()}"},
        {"Proxy-Authorization": f"Bearer {token()}"},
    ],
)
def test_without_a_bearer_token_nothing_is_answered(
    client: TestClient, table: list[Rule], headers: dict[str, str]
) -> None:
    assert_all_refuse(client, table, headers, MISSING)


def test_a_token_in_the_address_counts_for_nothing(client: TestClient, table: list[Rule]) -> None:
    for rule in table:
        for name in ("token", "access_token", "authorization", "api_key"):
            response = client.request(rule.method, rule.path, params={name: token()})

            assert response.status_code == 401
            assert response.json() == refused(rule.path, 401, MISSING)


@pytest.mark.parametrize("what", BAD)
def test_a_token_that_is_not_good_opens_nothing(
    client: TestClient, table: list[Rule], what: str
) -> None:
    assert_all_refuse(client, table, bearer(BAD[what]), NO_GOOD)


def test_two_headers_are_no_good_even_if_both_tokens_are(
    client: TestClient, table: list[Rule]
) -> None:
    good = ("Authorization", f"Bearer {token()}")

    assert_all_refuse(client, table, [good, good], NO_GOOD)


def test_a_token_is_good_until_it_expires(
    client: TestClient, table: list[Rule], clock: SettableClock
) -> None:
    headers = bearer(token())
    assert client.get("/v1/me", headers=headers).status_code == 200

    clock.now += timedelta(hours=1)

    for rule in table:
        response = client.request(rule.method, rule.path, headers=headers)
        assert (response.status_code, response.json()) == (401, refused(rule.path, 401, NO_GOOD))


def revoked_key(backend: Backend) -> str:
    secret = key(backend, "ada", "read", "ingest", "admin", is_admin=True)
    backend.writer.run(lambda c: c.execute(update(api_key).values(revoked_at=1))).result()
    return secret


def key_of_disabled_user(backend: Backend) -> str:
    return key(backend, "ada", "read", "ingest", disabled=True)


def token_of_disabled_user(backend: Backend) -> str:
    user(backend, "ada", disabled=True)
    return token("ada", name="Ada")


def key_with_another_last_character(backend: Backend) -> str:
    secret = key(backend, "ada", "read", "ingest")
    return secret[:-1] + ("A" if secret[-1] != "A" else "B")


def key_without_its_prefix(backend: Backend) -> str:
    return key(backend, "ada", "read", "ingest").removeprefix("tt_")


@pytest.mark.every_engine
@pytest.mark.parametrize(
    "make",
    [
        revoked_key,
        key_of_disabled_user,
        token_of_disabled_user,
        key_with_another_last_character,
        key_without_its_prefix,
    ],
)
def test_who_may_no_longer_sign_in_gets_nothing(
    client: TestClient, backend: Backend, table: list[Rule], make: Callable[[Backend], str]
) -> None:
    headers = bearer(make(backend))

    for rule in table:
        response = client.request(rule.method, rule.path, headers=headers, content=b"{")
        assert (response.status_code, response.json()) == (401, refused(rule.path, 401, NO_GOOD))


@pytest.mark.every_engine
def test_a_caller_without_the_scope_is_told_which_one_it_is(
    client: TestClient, backend: Backend, table: list[Rule]
) -> None:
    for rule in table:
        wrong = WRONG_SCOPES[str(rule.needs)]
        for credentials in (key(backend, "ada", wrong), token("bob", scope=wrong)):
            response = client.request(
                rule.method,
                f"{rule.path}?start_date=no-date",
                headers=bearer(credentials),
                content=b"{",
            )

            said = refused(rule.path, 403, lacks(str(rule.needs)))
            assert (response.status_code, response.json()) == (403, said)


def test_an_admin_key_of_who_is_none_anymore_opens_nothing(
    client: TestClient, backend: Backend, table: list[Rule]
) -> None:
    user(backend, "grace", is_admin=True)
    headers = bearer(key(backend, "ada", "admin", is_admin=True))
    assert client.get("/v1/admin/users", headers=headers).status_code == 200

    user(backend, "ada", is_admin=False)

    for rule in table:
        response = client.request(rule.method, rule.path, headers=headers, content=b"{")
        said = refused(rule.path, 403, lacks(str(rule.needs)))
        assert (response.status_code, response.json()) == (403, said)


def test_a_wrong_method_is_told_before_anything_else(client: TestClient, table: list[Rule]) -> None:
    for path in {rule.path for rule in table}:
        response = client.request("TRACE", path)

        assert response.status_code == 405
        assert response.json() == refused(path, 405, "Method Not Allowed")


def test_public_paths_need_nothing(client: TestClient) -> None:
    answers = {path: client.get(path).status_code for path in PUBLIC - {"/assets"}}

    assert answers["/"] == answers["/openapi.json"] == 200
    assert not {401, 403}.intersection(answers.values())
