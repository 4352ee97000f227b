"""`AUTH=local`: no sign-in, every scope, and this machine alone; `AUTH=token`: any machine."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from backend.tests.auth.people import bearer, refused, token
from backend.tests.auth.routes import rules
from backend.tests.factories import answer, event, problem
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.api.server import create_backend
from tokentally.config import Settings

Reach = Callable[[str], TestClient]


@pytest.fixture
def client_at(backend: Backend) -> Reach:
    """Makes clients whose requests come from an address."""
    app = create_backend(backend)
    return lambda address: TestClient(app, "http://localhost", client=(address, 50_000))


class TestLocal:
    """Without sign-in."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"auth": "local"})

    @pytest.mark.parametrize("address", ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1", ""])
    def test_this_machine_is_served(self, client_at: Reach, address: str) -> None:
        assert client_at(address).get("/tokens/models").status_code == 200

    @pytest.mark.parametrize(
        "address",
        ["10.0.0.1", "192.168.1.4", "0.0.0.0", "8.8.8.8", "fe80::1%eth0", "::ffff:10.0.0.1"],
    )
    def test_another_machine_is_not_whatever_it_sends(self, client_at: Reach, address: str) -> None:
        client = client_at(address)
        assert isinstance(client.app, FastAPI)
        detail = f"{address} is another machine, and this server runs without sign-in"
        for rule in rules(client.app):
            response = client.request(rule.method, rule.path, headers=bearer(token()))

            said = refused(rule.path, 403, detail)
            assert (response.status_code, response.json()) == (403, said)

    @pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost:1", "null", ""])
    def test_no_page_of_another_origin_may_change_anything(
        self, client: TestClient, origin: str
    ) -> None:
        assert isinstance(client.app, FastAPI)
        changing = [rule for rule in rules(client.app) if rule.method not in ("GET", "HEAD")]
        detail = f"a page of {origin!r} may change nothing here"
        for rule in changing:
            response = client.request(rule.method, rule.path, headers={"Origin": origin})

            said = refused(rule.path, 403, detail)
            assert (response.status_code, response.json()) == (403, said)
        assert {rule.method for rule in changing} == {"POST", "PUT", "PATCH", "DELETE"}

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Origin": "http://localhost"},
            {"Origin": "http://127.0.0.1:8123", "Host": "127.0.0.1:8123"},
            {"Origin": "https://usage.example.com"},
        ],
    )
    def test_programs_our_own_page_and_those_of_the_settings_may(
        self, backend: Backend, headers: dict[str, str]
    ) -> None:
        origins = {"cors_origins": ("https://usage.example.com",)}
        settings = backend.settings.model_copy(update=origins)
        client = TestClient(create_backend(replace(backend, settings=settings)), "http://localhost")

        posted = client.post("/v1/events", json=[event()], headers=headers)

        assert posted.json() == answer(accepted=1)

    def test_the_owner_needs_no_sign_in_for_anything(self, client: TestClient) -> None:
        made = client.post("/v1/keys", json={"scopes": ["ingest:any"]})
        me = client.get("/v1/me").json()
        changed = client.patch("/v1/me", json={"display_name": "Me", "time_zone": "Asia/Tokyo"})
        users = client.get("/v1/admin/users").json()["users"]

        assert made.status_code == 201
        assert me == {
            "id": "user-1",
            "name": "local",
            "display_name": "",
            "team": None,
            "is_admin": True,
            "leaderboard_public": False,
            "avatar_url": "",
            "time_zone": "",
            "scopes": ["admin", "ingest", "ingest:any", "read"],
        }
        assert changed.json() == me | {"display_name": "Me", "time_zone": "Asia/Tokyo"}
        assert [user["name"] for user in users] == ["local"]

    def test_an_owner_who_has_sent_nothing_is_known_all_the_same(self, client: TestClient) -> None:
        me = client.get("/v1/me").json()

        assert (me["id"], me["name"]) == (None, "local")
        assert client.get("/v1/keys").json() == {"keys": []}
        assert client.get("/v1/admin/users").json() == {"users": []}
        assert client.patch("/v1/me", json={}).json()["name"] == "local"

    def test_a_key_for_admins_needs_an_admin(self, client: TestClient) -> None:
        response = client.post("/v1/keys", json={"scopes": ["admin"]})

        detail = "'local' is no admin, and so can't have a key with the scope admin"
        assert (response.status_code, response.json()) == (403, problem(403, detail))

    @pytest.mark.parametrize("header", ["Bearer x", "Basic x", ""])
    def test_a_header_changes_nothing(self, client: TestClient, header: str) -> None:
        sent = event(user="bob", team="Platform")

        posted = client.post("/v1/events", json=[sent], headers={"Authorization": header})

        assert posted.json() == answer(accepted=1)
        assert [team["name"] for team in client.get("/tokens").json()["teams"]] == ["Platform"]


def test_with_sign_in_any_machine_under_any_name_and_through_a_proxy(client_at: Reach) -> None:
    headers = bearer(token()) | {"Host": "usage.example.com", "X-Forwarded-For": "10.0.0.1"}

    assert client_at("10.0.0.1").get("/tokens/models", headers=headers).status_code == 200
