"""Who is named on leaderboards: people who are public now, by what they call themselves."""

from functools import partial

import pytest
from backend.tests.auth.people import bearer, key, token, user
from backend.tests.engines.plain import rows
from backend.tests.factories import event
from backend.tests.people_board.asking import BOARD, SETTINGS, board
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.auth.claims import avatar_address
from tokentally.store.teams import assign_team

pytestmark = pytest.mark.every_engine
SIGN_IN = True

PICTURE = avatar_address("https://example.com/ada.png")
EMAIL = "ada@example.com"


def shown(client: TestClient, as_user: str = "bob") -> list[tuple[str, str | None, bool]]:
    entries = board(client, bearer(token(as_user)))["entries"]
    return [(each["display_name"], each["avatar_url"], each["is_me"]) for each in entries]


@pytest.fixture(autouse=True)
def used(client: TestClient, backend: Backend) -> None:
    """Usage of a user whose login is an address."""
    user(backend, EMAIL, display_name="Ada", avatar_url=PICTURE)
    secret = key(backend, EMAIL, "ingest")
    client.post("/v1/events", json=[event()], headers=bearer(secret))


def choose(client: TestClient, public: bool, as_user: str = EMAIL) -> None:
    answer = client.post(
        SETTINGS, json={"leaderboard_public": public}, headers=bearer(token(as_user))
    )
    assert answer.status_code == 200


def test_a_name_is_told_from_the_moment_of_the_choice_and_no_longer_after_the_next(
    client: TestClient,
) -> None:
    seen = [shown(client)]
    for public in (True, False, True):
        choose(client, public)
        seen.append(shown(client))

    hidden, named = [("Anonymous", None, False)], [("Ada", PICTURE, False)]
    assert seen == [hidden, named, hidden, named]


def test_the_own_row_is_anonymous_too_and_still_known_as_own(client: TestClient) -> None:
    assert shown(client, EMAIL) == [("Anonymous", None, True)]


def test_a_public_person_without_a_name_is_anonymous_and_never_called_by_the_login(
    client: TestClient, backend: Backend
) -> None:
    user(backend, EMAIL, display_name="", leaderboard_public=True)

    assert shown(client) == [("Anonymous", PICTURE, False)]
    told = client.get(f"{BOARD}?period=total", headers=bearer(token("bob")))
    assert EMAIL not in told.text


@pytest.mark.parametrize(
    "name", [EMAIL, "Ann <a@b.example>", "a@b.example (work)", "\u200b", " \u2060 "]
)
def test_an_address_or_what_can_not_be_seen_is_no_name(
    name: str, client: TestClient, backend: Backend
) -> None:
    user(backend, EMAIL, display_name=name, leaderboard_public=True)

    assert shown(client) == [("Anonymous", PICTURE, False)]


def test_an_admin_sees_no_more_names(client: TestClient, backend: Backend) -> None:
    headers = bearer(key(backend, "root", "admin", is_admin=True))

    assert board(client, headers)["entries"][0]["display_name"] == "Anonymous"


def test_events_keep_their_team_and_a_deleted_one_leaves_no_row(
    client: TestClient, backend: Backend
) -> None:
    backend.writer.run(partial(assign_team, user=EMAIL, team_name="Kettle")).result()
    headers = bearer(token("bob"))

    assert board(client, headers, team="Kettle")["entries"] == []
    assert len(board(client, headers, team="Unassigned")["entries"]) == 1
    root = bearer(key(backend, "root", "admin", is_admin=True))
    deleted = client.delete(f"/v1/admin/users/{EMAIL}", headers=root)
    assert deleted.json() == {"events": 1}
    assert board(client, headers)["entries"] == []
    assert rows(backend.settings.database_url, "SELECT * FROM user_sync") == []


def test_a_leaderboard_that_is_open_to_all_doesn_t_open_this_one(
    client: TestClient, backend: Backend
) -> None:
    backend.settings.public_leaderboard = True
    assert client.get("/tokens/models").status_code == 200

    response = client.get(f"{BOARD}?period=day")

    assert (response.status_code, response.json()) == (401, {"error": "Missing bearer token"})
