"""Telemetry on a server with sign-in: who may send it, and who may name users."""

import pytest
from backend.tests.auth.people import bearer, key
from backend.tests.telemetry.exporting import api_request, call, logs, traces
from backend.tests.telemetry.sending import JSON, PROTOBUF, post, stored
from fastapi.testclient import TestClient
from google.rpc.status_pb2 import Status

from tokentally.api.backend import Backend

SIGN_IN = True


@pytest.mark.parametrize(
    ("scope", "expected"),
    [("ingest", ("gateway", "Unassigned")), ("ingest:any", ("ada@kettles.example", "Tea"))],
)
def test_only_who_may_name_users_names_them(
    client: TestClient, backend: Backend, database_url: str, scope: str, expected: tuple[str, str]
) -> None:
    record = api_request(user__id="0f3c", user__email="ada@kettles.example")
    body = logs(record, service__name="claude-code", team__name="Tea")

    posted = post(client, "logs", body, bearer(key(backend, "gateway", scope)))

    assert posted.json() == {}
    [event] = stored(database_url)
    assert (event["user"], event["team"]) == expected


@pytest.mark.parametrize("kind", [JSON, PROTOBUF])
@pytest.mark.parametrize(
    ("scopes", "status", "code", "message"),
    [
        ((), 401, 16, "Missing bearer token"),
        (("read",), 403, 7, "this needs the scope ingest, which your credentials lack"),
    ],
)
def test_who_may_not_send_is_told_so_in_the_encoding_of_what_they_sent(
    client: TestClient,
    backend: Backend,
    kind: str,
    scopes: tuple[str, ...],
    status: int,
    code: int,
    message: str,
) -> None:
    signed = bearer(key(backend, "ada", *scopes)) if scopes else {}

    posted = post(client, "traces", traces(call()), {"Content-Type": kind} | signed)

    assert (posted.status_code, posted.headers["content-type"]) == (status, kind)
    if kind == JSON:
        assert posted.json() == {"code": code, "message": message}
    else:
        assert Status.FromString(posted.content) == Status(code=code, message=message)
