"""`/v1/admin/users`: admins make, change and place users, whatever these are called."""

from typing import Any
from urllib.parse import quote

import pytest
from backend.tests.auth.people import bearer, key, token, user
from backend.tests.factories import event, problem
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend

pytestmark = pytest.mark.every_engine

USERS = "/v1/admin/users"
NEW = {
    "name": "ada",
    "display_name": "",
    "team": None,
    "leaderboard_public": False,
    "is_admin": False,
    "disabled": False,
    "avatar_url": "",
}
GRACE = NEW | {"name": "grace", "is_admin": True}
NAMES = [
    "ada",
    "a/b",
    "a/team",
    "team",
    "/",
    "a b",
    "?x=1",
    "#",
    "ä",
    "日本",
    "a;b",
    "'--",
]


def path(name: str) -> str:
    return f"{USERS}/{quote(name, safe='')}"


def users(admin: TestClient) -> Any:
    return admin.get(USERS).json()["users"]


def test_users_are_made_and_listed_by_name(admin: TestClient) -> None:
    full = {"name": "zoe", "display_name": " Zoe ", "is_admin": True, "team": "Platform"}

    first = admin.post(USERS, json={"name": " ada "})
    second = admin.post(USERS, json=full)

    zoe = NEW | full | {"display_name": "Zoe"}
    assert (first.status_code, first.json()) == (201, NEW)
    assert (second.status_code, second.json()) == (201, zoe)
    assert users(admin) == [NEW, GRACE, zoe]


def test_a_name_is_taken_once(admin: TestClient) -> None:
    admin.post(USERS, json={"name": "ada", "display_name": "Ada"})

    again = admin.post(USERS, json={"name": "ada", "is_admin": True, "team": "Platform"})

    assert (again.status_code, again.json()) == (
        409,
        problem(409, "there is a user 'ada' already"),
    )
    assert users(admin) == [NEW | {"display_name": "Ada"}, GRACE]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({}, "Object missing required field `name`"),
        ({"name": 7}, "name: Expected `str`, got `int`"),
        ({"name": " "}, "name must be 1 to 200 characters"),
        ({"name": "x" * 201}, "name must be 1 to 200 characters"),
        ({"name": "\0"}, "name must not contain a NUL character or half a surrogate pair"),
        ({"name": "ada", "team": ""}, "team must be 1 to 200 characters"),
        ({"name": "ada", "display_name": "x" * 201}, "display_name must be at most 200 characters"),
        ({"name": "ada", "password": "x"}, "Object contains unknown field `password`"),
    ],
)
def test_a_user_who_will_not_do_is_not_made(
    admin: TestClient, body: dict[str, Any], detail: str
) -> None:
    response = admin.post(USERS, json=body)

    assert (response.status_code, response.json()) == (400, problem(400, detail))
    assert users(admin) == [GRACE]


@pytest.mark.parametrize("name", NAMES)
def test_every_name_can_be_changed_and_placed(admin: TestClient, name: str) -> None:
    admin.post(USERS, json={"name": name})

    changed = admin.patch(path(name), json={"display_name": "Changed", "disabled": True})
    placed = admin.put(f"{path(name)}/team", json={"team": "Platform"})
    freed = admin.put(f"{path(name)}/team", json={"team": None})

    now = NEW | {"name": name, "display_name": "Changed", "disabled": True}
    assert (changed.status_code, changed.json()) == (200, now)
    assert (placed.status_code, placed.json()) == (200, now | {"team": "Platform"})
    assert (freed.status_code, freed.json()) == (200, now)
    assert sorted(each["name"] for each in users(admin)) == sorted([name, "grace"])


@pytest.mark.parametrize("name", ["nobody", "GRACE", "grace ", "%00", "x" * 500])
def test_an_unknown_user_is_told(admin: TestClient, name: str) -> None:
    changed = admin.patch(f"{USERS}/{name}", json={"disabled": True})
    placed = admin.put(f"{USERS}/{name}/team", json={"team": "Platform"})

    assert changed.status_code == placed.status_code == 404
    assert changed.json() == placed.json()
    assert changed.json()["detail"].startswith("there is no user ")
    assert users(admin) == [GRACE]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"team": ""}, "team must be 1 to 200 characters"),
        ({"team": 7}, "team: Expected `str | null`, got `int`"),
        ({}, "Object missing required field `team`"),
    ],
)
def test_a_team_that_will_not_do_is_told(
    admin: TestClient, body: dict[str, Any], detail: str
) -> None:
    response = admin.put(f"{USERS}/grace/team", json=body)

    assert (response.status_code, response.json()) == (400, problem(400, detail))


@pytest.mark.parametrize("change", [{"disabled": True}, {"is_admin": False}])
def test_the_last_admin_stays_one(
    admin: TestClient, backend: Backend, change: dict[str, bool]
) -> None:
    user(backend, "linus", is_admin=True, disabled=True)

    refused = admin.patch(f"{USERS}/grace", json=change | {"display_name": "new"})
    user(backend, "linus", disabled=False)
    allowed = admin.patch(f"{USERS}/grace", json=change)

    detail = "'grace' is the last enabled admin; make another one first"
    assert (refused.status_code, refused.json()) == (409, problem(409, detail))
    assert (allowed.status_code, allowed.json()) == (200, GRACE | change)


def test_a_disabled_user_is_out_at_once_and_back_at_once(
    admin: TestClient, backend: Backend
) -> None:
    own, by_token = bearer(key(backend, "ada", "read")), bearer(token("ada"))

    def statuses() -> list[int]:
        return [admin.get("/v1/me", headers=each).status_code for each in (own, by_token)]

    seen = [statuses()]
    for disabled in (True, False):
        admin.patch(f"{USERS}/ada", json={"disabled": disabled})
        seen.append(statuses())

    assert seen == [[200, 200], [401, 401], [200, 200]]


def teams(client: TestClient) -> dict[str, int]:
    return {each["name"]: each["requests"] for each in client.get("/tokens").json()["teams"]}


def test_events_go_to_the_team_that_a_user_is_in_when_they_come(admin: TestClient) -> None:
    ada = bearer(token("ada"))
    admin.post("/v1/events", json=[event(event_id="1")], headers=ada)
    admin.put(f"{USERS}/ada/team", json={"team": "Platform"})
    new = teams(admin)

    admin.post("/v1/events", json=[event(event_id="2")], headers=ada)

    assert new == {"Unassigned": 1, "Platform": 0}
    assert teams(admin) == {"Unassigned": 1, "Platform": 1}


def test_admins_see_all_names_and_the_answer_is_kept_for_nobody_else(admin: TestClient) -> None:
    ada = bearer(token("ada"))
    admin.post("/v1/events", json=[event()], headers=ada)

    def shown(headers: dict[str, str] | None = None) -> str:
        [team] = admin.get("/tokens", headers=headers).json()["teams"]
        name: str = team["breakdown"]["api_keys"][0]["key_alias"]
        return name

    assert [shown(), shown(ada), shown(), shown(ada)] == ["ada", "Anonymous", "ada", "Anonymous"]


def test_a_deleted_user_is_gone_with_all_that_they_used(
    admin: TestClient, backend: Backend
) -> None:
    theirs = key(backend, "ada", "ingest")
    sent = admin.post("/v1/events", json=[event()], headers=bearer(theirs))

    deleted = admin.delete(path("ada"))

    assert (sent.status_code, sent.json()["accepted"]) == (200, 1)
    assert (deleted.status_code, deleted.json()) == (200, {"events": 1})
    assert users(admin) == [GRACE]
    assert admin.get("/tokens/models").json()["models"] == []
    refused = admin.post("/v1/events", json=[event()], headers=bearer(theirs))
    assert (refused.status_code, refused.json()) == (401, problem(401, "Unauthorized"))


def test_nobody_and_the_last_admin_can_t_be_deleted(admin: TestClient) -> None:
    nobody, last = admin.delete(path("nobody")), admin.delete(path("grace"))

    message = "'grace' is the last enabled admin; make another one first"
    assert (nobody.status_code, nobody.json()) == (404, problem(404, "there is no user 'nobody'"))
    assert (last.status_code, last.json()) == (409, problem(409, message))
    assert users(admin) == [GRACE]
