"""Callers get their own usage and nobody else's, and are turned away in a fixed order."""

import pytest
from backend.tests.auth.people import bearer, key
from backend.tests.costs_api.asking import EVENTS, PATHS
from backend.tests.costs_api.people import call, sends, signed_in
from backend.tests.engines.engine import Engine
from backend.tests.factories import event
from fastapi.testclient import TestClient
from sqlalchemy import Connection, func, select, text
from sqlalchemy import event as sa_event

from tokentally.api.backend import Backend
from tokentally.api.server import create_backend
from tokentally.models.core import app_user, pending_usage, token_event, user_daily_usage
from tokentally.store.usage import Snapshot, read
from tokentally_jobs.fold import fold_pending

SIGN_IN = True
UNAUTHORIZED = {"error": "Unauthorized", "code": "unauthorized"}


@pytest.mark.every_engine
@pytest.mark.parametrize("path", PATHS)
def test_rows_of_others_never_appear(client: TestClient, backend: Backend, path: str) -> None:
    empty = client.get(path, headers=signed_in("ada")).json()
    sends(client, "bob", *(call("bob", n) for n in range(3)))
    beside_bob = client.get(path, headers=signed_in("ada")).json()
    sends(client, "ada", call("ada", 1))
    admin = bearer(key(backend, "grace", "admin", is_admin=True))

    for _ in ("not folded", "folded"):
        own = {name: client.get(path, headers=signed_in(name)).text for name in ("ada", "bob")}
        of_admin = client.get(path, headers=admin).json()

        assert beside_bob == of_admin == empty
        assert [name in own[name] for name in own] == [True, True]
        assert ["bob" in own["ada"], "ada" in own["bob"]] == [False, False]
        fold_pending(backend)


def test_the_same_request_of_another_caller_is_another_request(client: TestClient) -> None:
    sends(client, "ada", call("ada", 1))
    sends(client, "bob", call("bob", 1), call("bob", 2))

    def total(user: str) -> int:
        found: int = client.get(EVENTS, headers=signed_in(user)).json()["pagination"]["total"]
        return found

    assert [total(user) for user in ("ada", "bob", "ada", "bob")] == [1, 2, 1, 2]


@pytest.mark.every_engine
def test_a_query_that_forgets_whose_rows_it_wants_gets_none_of_others_on_postgresql(
    client: TestClient, backend: Backend, engine: Engine
) -> None:
    sends(client, "bob", *(call("bob", n) for n in range(3)))
    fold_pending(backend)
    sends(client, "ada", call("ada", 1))
    sends(client, "bob", call("bob", 4))

    def forgetful(now: Snapshot) -> list[int]:
        tables = (token_event, pending_usage, user_daily_usage)
        return [
            now.connection.execute(select(func.count()).select_from(t)).scalar_one() for t in tables
        ]

    with backend.database.readers.connect() as connection:
        ada = connection.execute(select(app_user.c.id).where(app_user.c.name == "ada")).scalar_one()
    seen = {
        "nobody": read(backend.database, forgetful, user_id=0),
        "ada": read(backend.database, forgetful, user_id=ada),
        "all": read(backend.database, forgetful),
    }

    everything = [5, 2, 1]
    assert (
        seen
        == {
            "postgresql": {"nobody": [0, 0, 0], "ada": [1, 1, 0], "all": everything},
            "sqlite": {"nobody": everything, "ada": everything, "all": everything},
        }[engine.name]
    )


@pytest.mark.every_engine
@pytest.mark.parametrize("path", PATHS)
def test_usage_is_read_in_transactions_of_the_caller(
    client: TestClient, backend: Backend, path: str
) -> None:
    sends(client, "ada", call("ada", 1))
    owners: list[object] = []

    def note(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if "_usage." in statement or "token_event." in statement:
            owners.append(connection.get_execution_options()["tokentally_owner"])

    sa_event.listen(backend.database.readers, "before_cursor_execute", note)
    answered = client.get(path, headers=signed_in("ada"))

    with backend.database.readers.connect() as connection:
        ada = connection.execute(select(app_user.c.id).where(app_user.c.name == "ada")).scalar_one()
    assert answered.status_code == 200
    assert set(owners) == {str(ada)}


@pytest.mark.parametrize("path", PATHS)
def test_refusals_come_in_a_fixed_order(client: TestClient, path: str) -> None:
    broken = f"{path}?range=8d"
    may_send = signed_in("ada", scope="ingest")

    wrong_method = client.post(broken)
    no_token = client.get(broken)
    bad_token = client.get(broken, headers=bearer("nonsense"))
    no_scope = client.get(broken, headers=may_send)
    no_range = client.get(broken, headers=signed_in("ada"))

    assert (wrong_method.status_code, wrong_method.json()) == (
        405,
        {"error": "Method Not Allowed", "code": "method_not_allowed"},
    )
    assert (no_token.status_code, no_token.json()) == (401, UNAUTHORIZED)
    assert (bad_token.status_code, bad_token.json()) == (401, UNAUTHORIZED)
    assert no_token.headers["www-authenticate"] == "Bearer"
    assert (no_scope.status_code, no_scope.json()) == (
        403,
        {"error": "this needs the scope read, which your credentials lack", "code": "forbidden"},
    )
    assert (no_range.status_code, no_range.json()) == (
        400,
        {"error": "range must be one of today, 7d, 30d, custom", "code": "invalid_range"},
    )


def test_what_is_not_there_is_told_in_the_same_form(client: TestClient) -> None:
    response = client.get("/api/usage/costs/nothing", headers=signed_in("ada"))

    assert (response.status_code, response.json()) == (
        404,
        {"error": "Not Found", "code": "not_found"},
    )


@pytest.mark.parametrize("path", PATHS)
def test_failures_are_told_without_their_inside(backend: Backend, path: str) -> None:
    app = create_backend(backend)
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as client:
        sends(client, "ada", event())
        with backend.database.writer.begin() as connection:
            connection.execute(text("DROP TABLE data_version"))
        unavailable = client.get(path, headers=signed_in("ada"))
        del app.state.backend
        defect = client.get(path, headers=signed_in("ada"))

    assert (unavailable.status_code, unavailable.json()) == (
        503,
        {"error": "the database is unavailable", "code": "service_unavailable"},
    )
    assert unavailable.headers["retry-after"] == "2"
    assert (defect.status_code, defect.json()) == (
        500,
        {"error": "Internal server error", "code": "internal_server_error"},
    )
