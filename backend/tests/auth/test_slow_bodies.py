"""Who may do something is looked at again when the body took long to come."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from backend.tests.auth.people import bearer, key
from backend.tests.factories import SettableClock, event, problem
from backend.tests.litellm.records import record
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.api.deletion import delete_user
from tokentally.store.users import change_user

pytestmark = pytest.mark.every_engine

UNAUTHORIZED = (401, problem(401, "Unauthorized"))
Meanwhile = Callable[[Backend], object]


def slowly(body: object, clock: SettableClock, meanwhile: Callable[[], object]) -> Iterator[bytes]:
    """A body in two parts, between which time passes and something happens."""
    text = json.dumps(body).encode()
    yield text[:3]
    meanwhile()
    clock.now += timedelta(seconds=2)
    yield text[3:]


def disable(backend: Backend) -> object:
    change: Any = lambda connection: change_user(connection, "ada", {"disabled": True})  # noqa: E731
    return backend.writer.run(change).result()


def delete(backend: Backend) -> object:
    return delete_user(backend, "ada")


@pytest.mark.parametrize("meanwhile", [disable, delete])
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/keys", {"label": "again", "scopes": ["ingest"]}),
        ("/v1/events", [event()]),
        ("/v1/ingest/litellm", [record()]),
        ("/v1/admin/users", {"name": "zed", "is_admin": True}),
    ],
)
def test_who_is_shut_out_while_the_body_comes_is_refused(
    path: str,
    body: object,
    meanwhile: Meanwhile,
    client: TestClient,
    backend: Backend,
    clock: SettableClock,
) -> None:
    key(backend, "root", "admin", is_admin=True)
    headers = bearer(key(backend, "ada", "admin", is_admin=True))
    content = slowly(body, clock, lambda: meanwhile(backend))

    answered = client.post(
        path, content=content, headers=headers | {"Content-Type": "application/json"}
    )

    assert (answered.status_code, answered.json()) == UNAUTHORIZED
    admin = bearer(key(backend, "root", "admin", is_admin=True))
    names = [one["name"] for one in client.get("/v1/admin/users", headers=admin).json()["users"]]
    assert names == (["ada", "root"] if meanwhile is disable else ["root"])
    assert client.get("/tokens/models", headers=admin).json()["models"] == []


def test_who_is_allowed_may_take_their_time(
    client: TestClient, backend: Backend, clock: SettableClock
) -> None:
    headers = bearer(key(backend, "ada", "ingest")) | {"Content-Type": "application/json"}

    answered = client.post(
        "/v1/events", content=slowly([event()], clock, lambda: None), headers=headers
    )

    assert (answered.status_code, answered.json()["accepted"]) == (200, 1)
