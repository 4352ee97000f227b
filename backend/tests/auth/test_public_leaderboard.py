"""`PUBLIC_LEADERBOARD`: organisation-wide numbers for everybody, names as ever."""

import pytest
from backend.tests.auth.people import MISSING, bearer, key, refused, token
from backend.tests.auth.routes import rules
from backend.tests.factories import event
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.config import Settings


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"public_leaderboard": True})


def test_only_organisation_wide_questions_are_open(client: TestClient) -> None:
    assert isinstance(client.app, FastAPI)
    for rule in rules(client.app):
        response = client.request(rule.method, rule.path)

        if rule.path.startswith("/tokens"):
            assert response.status_code == 200
        else:
            said = refused(rule.path, 401, MISSING)
            assert (response.status_code, response.json()) == (401, said)


@pytest.mark.parametrize("bad", ["Bearer x", "Bearer ", "Basic x", ""])
def test_who_signs_in_must_do_so_rightly(client: TestClient, bad: str) -> None:
    assert client.get("/tokens", headers={"Authorization": bad}).status_code == 401


def test_names_are_shown_to_passers_by_as_to_other_users(
    client: TestClient, backend: Backend
) -> None:
    ada = bearer(token("ada", name="Ada"))
    admin = bearer(key(backend, "grace", "admin", is_admin=True))
    client.post("/v1/events", json=[event()], headers=ada)

    def shown(headers: dict[str, str] | None = None) -> str:
        [team] = client.get("/tokens", headers=headers).json()["teams"]
        name: str = team["breakdown"]["api_keys"][0]["key_alias"]
        return name

    hidden = [shown(admin), shown(), shown(ada)]
    client.patch("/v1/me", headers=ada, json={"leaderboard_public": True})

    assert hidden == ["Ada", "Anonymous", "Anonymous"]
    assert [shown(admin), shown(), shown(ada)] == ["Ada", "Ada", "Ada"]


def test_a_key_that_may_not_read_may_not_read_here_either(
    client: TestClient, backend: Backend
) -> None:
    assert client.get("/tokens", headers=bearer(key(backend, "a", "ingest"))).status_code == 403


class TestWithoutSignIn:
    """Nobody passes by: there is only the owner."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"auth": "local"})

    def test_the_owner_sees_all_names(self, client: TestClient) -> None:
        client.post("/v1/events", json=[event(user="bob")])

        [team] = client.get("/tokens").json()["teams"]

        assert [each["key_alias"] for each in team["breakdown"]["api_keys"]] == ["bob"]
