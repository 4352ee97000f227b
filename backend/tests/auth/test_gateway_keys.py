"""Whose the calls are that a LiteLLM proxy sends: its key says whether it may name users."""

import pytest
from backend.tests.auth.people import bearer, key
from backend.tests.factories import answer
from backend.tests.litellm.records import PATH, record
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend


@pytest.mark.every_engine
@pytest.mark.parametrize(
    ("scope", "found"),
    [("ingest:any", [("ada", "Kettle")]), ("ingest", [("gateway", "Unassigned")])],
)
def test_only_a_gateway_may_say_who_called(
    client: TestClient, backend: Backend, scope: str, found: list[tuple[str, str]]
) -> None:
    headers = bearer(key(backend, "gateway", scope))
    admin = bearer(key(backend, "root", "admin", is_admin=True))

    posted = client.post(PATH, json=[record(id="a"), record(id="b")], headers=headers)

    assert posted.json() == answer(accepted=2)
    users = client.get("/tokens/users", headers=admin).json()["users"]
    assert [(user["name"], user["team"]) for user in users] == found
