"""The owner of a server without sign-in asks about the usage of any user; nobody else does."""

from urllib.parse import quote

import pytest
from backend.tests.costs_api.asking import PATHS
from backend.tests.costs_api.people import call, sends, signed_in
from backend.tests.factories import answer, event
from fastapi.testclient import TestClient

SUMMARY = "/functions/vibeusage-usage-summary"
OWN = (*PATHS, SUMMARY)


def of(user: str) -> dict[str, str]:
    """The header that says whose usage is asked for."""
    return {"X-Tokentally-User": quote(user)}


def send(client: TestClient, user: str) -> None:
    """One event of `user`, whose model tells whose it is."""
    sent = event(event_id=user, user=user, model=f"model-of-{user}", cost_usd=1)
    assert client.post("/v1/events", json=[sent]).json() == answer(accepted=1)


class TestWithoutSignIn:
    """The server listens to its own machine alone."""

    def test_the_owner_sees_the_usage_of_each_user_by_itself(self, client: TestClient) -> None:
        send(client, "ada")
        send(client, "zoë")

        def total(headers: dict[str, str]) -> str:
            found: str = client.get(SUMMARY, headers=headers).json()["totals"]["requests"]
            return found

        assert [total(of("ada")), total(of("zoë")), total(of("nobody")), total({})] == list("1100")

    @pytest.mark.parametrize("path", OWN)
    def test_a_kept_answer_is_never_that_of_another_user(
        self, client: TestClient, path: str
    ) -> None:
        send(client, "ada")
        empty = client.get(path)

        of_ada = client.get(path, headers=of("ada"))
        tag = {"If-None-Match": of_ada.headers["etag"]}

        assert of_ada.text != empty.text
        assert client.get(path).text == empty.text
        assert client.get(path, headers=tag).status_code == 200
        assert client.get(path, headers=of("ada") | tag).status_code == 304

    def test_what_is_sent_belongs_to_the_owner_all_the_same(self, client: TestClient) -> None:
        client.post("/v1/events", json=[call("ada", 1)], headers=of("ada"))

        assert client.get(SUMMARY).json()["totals"]["requests"] == "1"

    @pytest.mark.parametrize("path", OWN)
    @pytest.mark.parametrize("name", ["a\0b", "a" * 201])
    def test_whoever_nobody_can_be_is_not_asked_about(
        self, client: TestClient, path: str, name: str
    ) -> None:
        asked = client.get(path, headers=of(name))

        assert asked.status_code == 400
        assert "X-Tokentally-User must " in asked.text


class TestWithSignIn:
    """Who calls is what the credentials say."""

    SIGN_IN = True

    @pytest.mark.parametrize("path", OWN)
    def test_the_header_says_nothing(self, client: TestClient, path: str) -> None:
        for user in ("ada", "bob"):
            sends(client, user, call(user, 1))

        asked = client.get(path, headers=signed_in("ada") | of("bob"))
        of_nobody = client.get(path, headers=signed_in("ada") | of("\0"))

        assert asked.text == client.get(path, headers=signed_in("ada")).text == of_nobody.text
        assert "model-of-bob" not in asked.text
