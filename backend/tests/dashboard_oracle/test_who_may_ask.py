"""Method, token, scope, parameters: what is wrong is told in this order; nobody sees others."""

from datetime import timedelta
from typing import Any

import pytest
from backend.tests.auth.people import LATER, bearer, key, lacks, token, user
from backend.tests.dashboard_oracle.questions import ENDPOINTS
from backend.tests.factories import SettableClock, event
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import update

from tokentally.api.backend import Backend
from tokentally.models.core import api_key
from tokentally_jobs.fold import fold_pending

SIGN_IN = True
BOARD, PRIVACY = "vibeusage-leaderboard", "vibeusage-leaderboard-settings"
INGEST, PING = "vibeusage-ingest", "vibeusage-sync-ping"
READ = [("GET", slug) for slug in (*ENDPOINTS.values(), BOARD)]
ROUTES = [
    *((method, slug, "read") for method, slug in [*READ, ("POST", PRIVACY), ("GET", PRIVACY)]),
    *(("POST", slug, "ingest") for slug in (INGEST, PING)),
]
WRONG = "?from=x&to=x&day=x&months=x&weeks=x&period=x&tz_offset_minutes=7"
PREFIXES = ("/functions", "/api/functions")


def calls(client: TestClient, headers: Any, address: str = WRONG) -> dict[str, Response]:
    """What every route answers to a request in which all else is wrong."""
    return {
        f"{method} {prefix}/{slug}": client.request(
            method, f"{prefix}/{slug}{address}", headers=headers, content=b"{"
        )
        for prefix in PREFIXES
        for method, slug, _ in ROUTES
    }


def assert_all_say(client: TestClient, headers: Any, status: int, message: str) -> None:
    for route, response in calls(client, headers).items():
        said = response.status_code, response.json()
        assert said == (status, {"error": message}), route


@pytest.mark.parametrize("value", [None, "", "Bearer", "Bearer ", "Bearer   ", "Bearer\t"])
def test_no_token_is_missing(client: TestClient, value: str | None) -> None:
    headers = {} if value is None else {"Authorization": value}

    assert_all_say(client, headers, 401, "Missing bearer token")


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Token", "Basic", "Bearer:", "JWT"])
def test_the_scheme_is_exact(client: TestClient, scheme: str) -> None:
    headers = {"Authorization": f"{scheme} {token()}"}

    assert_all_say(client, headers, 401, "Missing bearer token")


def test_a_token_is_trimmed(client: TestClient) -> None:
    headers = {"Authorization": f"Bearer   {token()}  "}

    answer = client.get(f"/functions/{ENDPOINTS['summary']}", headers=headers)

    assert answer.status_code == 200


def test_a_token_that_is_no_good_is_unauthorized(client: TestClient, backend: Backend) -> None:
    revoked = key(backend, "ada", "read", "ingest")
    backend.writer.run(lambda c: c.execute(update(api_key).values(revoked_at=1))).result()
    of_disabled = key(backend, "bob", "read", "ingest", disabled=True)
    user(backend, "eve", disabled=True)
    bad = ["x", "tt_x", revoked, of_disabled, token("eve"), token(exp=LATER - 3600)]
    bad += [token(exp=None), token(secret="another secret, just as long as the first")]

    for each in bad:
        assert_all_say(client, bearer(each), 401, "Unauthorized")


def test_a_token_is_good_until_the_second_it_expires(
    client: TestClient, clock: SettableClock
) -> None:
    headers = bearer(token())
    assert client.get(f"/functions/{ENDPOINTS['daily']}", headers=headers).status_code == 200

    clock.now += timedelta(hours=1)

    assert_all_say(client, headers, 401, "Unauthorized")


def test_who_lacks_the_scope_is_told_before_what_else_is_wrong(
    client: TestClient, backend: Backend
) -> None:
    needs = {f"{method} {p}/{slug}": scope for p in PREFIXES for method, slug, scope in ROUTES}
    for may, lacking in (("read", "ingest"), ("ingest", "read")):
        for credentials in (key(backend, "ada", may), token("bob", scope=may)):
            for route, response in calls(client, bearer(credentials)).items():
                if needs[route] == lacking:
                    said = response.status_code, response.json()
                    assert said == (403, {"error": lacks(lacking)}), route


def test_a_wrong_method_is_told_before_a_missing_token(client: TestClient) -> None:
    allowed: dict[str, set[str]] = {}
    for method, slug, _ in ROUTES:
        allowed.setdefault(slug, set()).add(method)
    for slug, methods in allowed.items():
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods:
            for prefix in PREFIXES:
                response = client.request(method, f"{prefix}/{slug}{WRONG}")
                assert response.status_code == 405, (method, slug)
                assert response.json().keys() == {"error"}


def test_with_the_scope_it_comes_to_the_parameters(client: TestClient, backend: Backend) -> None:
    headers = bearer(key(backend, "ada", "read", "ingest"))
    ours = {"content-type": "application/json"}

    answers = calls(client, {**headers, **ours})

    slugs = {route: response for route, response in answers.items() if PING not in route}
    assert {route: response.status_code for route, response in slugs.items()} == {
        route: 200 if route.startswith("GET") and PRIVACY in route else 400 for route in slugs
    }


@pytest.mark.every_engine
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_nobody_sees_what_others_used(client: TestClient, backend: Backend, endpoint: str) -> None:
    path = f"/functions/{ENDPOINTS[endpoint]}"
    empty = client.get(path, headers=bearer(token("ada"))).json()
    for name in ("bob", "mallory"):
        sent = [event(event_id=str(n), model=f"of-{name}", source=f"by-{name}") for n in range(3)]
        posted = client.post("/v1/events", json=sent, headers=bearer(token(name)))
        assert posted.json()["accepted"] == 3
        fold_pending(backend) if name == "bob" else None
    admin = bearer(key(backend, "grace", "admin", is_admin=True))

    def asked(headers: dict[str, str], **params: str) -> Any:
        answer = client.get(path, headers=headers, params=params).json()
        answer.pop("as_of", None)
        return answer

    empty.pop("as_of", None)
    assert asked(bearer(token("ada"))) == asked(admin) == empty
    for params in ({"user": "bob"}, {"user_id": "1"}, {"source": "by-bob"}, {"model": "of-bob"}):
        assert asked(bearer(token("ada")), **params) == empty
    assert "mallory" not in str(asked(bearer(token("bob"))))
    assert asked(bearer(token("bob"))) != empty
