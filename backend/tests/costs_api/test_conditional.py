"""`ETag` and `If-None-Match`: nothing is sent twice, and nothing old is ever taken for new."""

from datetime import timedelta
from typing import Any

import pytest
from backend.tests.auth.people import bearer, key
from backend.tests.costs_api.asking import CHARTS, EVENTS, PATHS
from backend.tests.costs_api.people import call, sends, signed_in
from backend.tests.factories import SettableClock
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import event as sa_event

from tokentally.api.backend import Backend, open_backend
from tokentally.api.server import create_backend
from tokentally.config import Settings
from tokentally_jobs.fold import fold_pending

SIGN_IN = True
pytestmark = pytest.mark.every_engine
CUSTOM = {"range": "custom", "start": "2026-11-01", "end": "2026-11-21"}


def ask(
    client: TestClient, path: str = CHARTS, user: str = "ada", known: str = "", **params: Any
) -> Response:
    headers = signed_in(user) | ({"If-None-Match": known} if known else {})
    return client.get(path, params=params, headers=headers)


def tag(*args: Any, **params: Any) -> str:
    return str(ask(*args, **params).headers["etag"])


@pytest.mark.parametrize("path", PATHS)
def test_who_has_the_answer_gets_none(client: TestClient, path: str) -> None:
    sends(client, "ada", call("ada", 1))
    first = ask(client, path)

    again = ask(client, path, known=first.headers["etag"])

    assert (again.status_code, again.content) == (304, b"")
    kept = {"etag": first.headers["etag"], "cache-control": "private, no-cache"}
    for response in (first, again):
        assert {name: response.headers[name] for name in kept} == kept
        assert response.headers["vary"] == "Authorization, Accept, X-Tokentally-User"
    assert "content-type" not in again.headers


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ("{tag}", 304),
        ("W/{tag}", 304),
        ('"other", {tag}', 304),
        ('W/"other" ,W/{tag},"third"', 304),
        ("*", 304),
        (" * ", 304),
        ('"other"', 200),
        ('"*"', 200),
        ("nonsense", 200),
    ],
)
def test_tags_may_be_weak_listed_or_any(client: TestClient, form: str, status: int) -> None:
    known = form.format(tag=tag(client))

    assert ask(client, known=known).status_code == status


def test_two_headers_are_one_list(client: TestClient) -> None:
    headers = [("If-None-Match", '"other"'), ("If-None-Match", tag(client))]

    response = client.get(CHARTS, headers=[*signed_in("ada").items(), *headers])

    assert response.status_code == 304


@pytest.mark.parametrize("path", PATHS)
def test_a_tag_holds_until_an_answer_changes(
    client: TestClient, backend: Backend, clock: SettableClock, path: str
) -> None:
    sends(client, "ada", call("ada", 1))
    sends(client, "bob", call("bob", 1))
    first = ask(client, path, **CUSTOM)

    fold_pending(backend)
    clock.now += timedelta(days=1)
    folded = ask(client, path, known=first.headers["etag"], **CUSTOM)
    sends(client, "ada", call("ada", 2, occurred_at="2026-11-02T00:00:00Z"))
    late = ask(client, path, known=first.headers["etag"], **CUSTOM)

    assert (folded.status_code, late.status_code) == (304, 200)
    assert late.content != first.content
    assert late.headers["etag"] != first.headers["etag"]


def test_the_data_has_one_version_for_all_users(client: TestClient) -> None:
    sends(client, "ada", call("ada", 1))
    first = ask(client)

    sends(client, "bob", call("bob", 1))
    second = ask(client, known=first.headers["etag"])

    assert (second.status_code, second.content) == (200, first.content)


def test_a_preset_range_moves_on_with_the_day(client: TestClient, clock: SettableClock) -> None:
    known = tag(client)

    clock.now += timedelta(days=1)

    assert ask(client, known=known).status_code == 200


def test_every_other_question_has_another_tag(client: TestClient, backend: Backend) -> None:
    other_key = bearer(key(backend, "ada", "read"))
    tag(client, user="bob")  # who is met for the first time: from now on the data stays as it is
    tags = [
        *(tag(client, path) for path in PATHS),
        tag(client, user="bob"),
        tag(client, range="today"),
        tag(client, range="custom", start="2026-11-15", end="2026-11-21"),
        tag(client, model_id="m"),
        tag(client, top_models="3"),
        tag(client, granularity="week"),
        tag(client, include="stats"),
        tag(client, format="csv"),
        tag(client, EVENTS, page="2"),
        tag(client, EVENTS, page_size="2"),
    ]

    assert len(set(tags)) == len(tags)
    same = [tag(client, range="7D"), tag(client, top_models="08"), tag(client, format="json")]
    assert {*same, client.get(CHARTS, headers=other_key).headers["etag"]} == {tag(client)}


def test_a_tag_is_the_same_in_every_process_and_after_a_restart(
    client: TestClient, settings: Settings, clock: SettableClock
) -> None:
    sends(client, "ada", call("ada", 1))
    here = tag(client)

    for _ in range(2):
        other = open_backend(settings, clock)
        with TestClient(create_backend(other), base_url="http://localhost") as elsewhere:
            assert tag(elsewhere) == here
            assert ask(elsewhere, known=here).status_code == 304
        other.close()


def test_what_another_process_stored_ends_a_tag_at_once(
    client: TestClient, settings: Settings, clock: SettableClock
) -> None:
    known = tag(client)
    other = open_backend(settings, clock)

    with TestClient(create_backend(other), base_url="http://localhost") as elsewhere:
        sends(elsewhere, "ada", call("ada", 1))
        answered = ask(client, known=known)
    other.close()

    assert answered.status_code == 200
    assert answered.json()["charts"]["tokens"]["models"] == ["model-of-ada"]


@pytest.mark.parametrize("path", PATHS)
def test_for_a_known_answer_no_usage_is_read(
    client: TestClient, settings: Settings, clock: SettableClock, path: str
) -> None:
    sends(client, "ada", call("ada", 1))
    known = tag(client, path)
    other = open_backend(settings, clock)
    statements: list[str] = []
    sa_event.listen(
        other.database.readers,
        "before_cursor_execute",
        lambda _c, _cursor, statement, *_: statements.append(statement),
    )

    with TestClient(create_backend(other), base_url="http://localhost") as elsewhere:
        unread = ask(elsewhere, path, known=known)
        read_by_then = [text for text in statements if "user_daily_usage." in text]
        answered = ask(elsewhere, path)
    other.close()

    assert (unread.status_code, read_by_then) == (304, [])
    assert answered.status_code == 200
    assert [text for text in statements if "user_daily_usage." in text] != []
