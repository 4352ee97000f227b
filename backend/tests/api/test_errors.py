"""How errors are told: `{"detail"}` for `/tokens*`, `{"error"}` for `/functions/*`, problem details
elsewhere, and no secrets.
"""

import pytest
from backend.tests.factories import NOTHING_STORED, event, problem
from fastapi.testclient import TestClient
from sqlalchemy import text

from tokentally.api.backend import Backend
from tokentally.api.server import create_backend

LOCAL = "http://localhost"
PROXIED = "requests through a proxy need sign-in, and this server runs without"


@pytest.mark.parametrize(
    ("method", "path", "status", "detail"),
    [
        ("GET", "/tokens/nothing", 404, "Not Found"),
        ("GET", "/tokens/models/gpt", 404, "Not Found"),
        ("POST", "/tokens/models", 405, "Method Not Allowed"),
        ("DELETE", "/tokens", 405, "Method Not Allowed"),
    ],
)
def test_errors_of_tokens_are_one_detail(
    client: TestClient, method: str, path: str, status: int, detail: str
) -> None:
    response = client.request(method, path)

    assert (response.status_code, response.json()) == (status, {"detail": detail})
    assert response.headers["content-type"] == "application/json"


@pytest.mark.parametrize("path", ["/functions/nothing", "/api/functions/nothing"])
def test_errors_of_functions_are_one_error(client: TestClient, path: str) -> None:
    unknown = client.get(path)
    foreign = client.get(path, headers={"Host": "example.com"})

    detail = "Host 'example.com' is not this machine; write localhost or 127.0.0.1 in the address"
    assert (unknown.status_code, unknown.json()) == (404, {"error": "Not Found"})
    assert (foreign.status_code, foreign.json()) == (403, {"error": detail})
    assert unknown.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("method", "path", "status", "detail"),
    [
        ("GET", "/nothing", 404, "Not Found"),
        ("GET", "/v1/nothing", 404, "Not Found"),
        ("POST", "/v1/events/1", 404, "Not Found"),
        ("GET", "/v1/events", 405, "Method Not Allowed"),
        ("PUT", "/v1/events", 405, "Method Not Allowed"),
        ("POST", "/", 405, "Method Not Allowed"),
    ],
)
def test_other_errors_are_problem_details(
    client: TestClient, method: str, path: str, status: int, detail: str
) -> None:
    response = client.request(method, path)

    assert (response.status_code, response.json()) == (status, problem(status, detail))
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "allowed"), [("GET", "/v1/events", "POST"), ("POST", "/tokens", "GET")]
)
def test_a_wrong_method_is_told_the_right_one(
    client: TestClient, method: str, path: str, allowed: str
) -> None:
    assert client.request(method, path).headers["allow"] == allowed


@pytest.mark.parametrize(
    "host",
    [
        "example.com",
        "example.com:8000",
        "localhost.example.com",
        "127.0.0.1.example.com",
        "notlocalhost",
        "127.0.0.2",
        "0.0.0.0",
        "[::2]",
        "::1",
        "[::1",
        "localhost:x",
        "localhost@example.com",
        "",
    ],
)
def test_a_foreign_host_is_refused(client: TestClient, host: str) -> None:
    detail = f"Host {host!r} is not this machine; write localhost or 127.0.0.1 in the address"

    read = client.get("/tokens/models", headers={"Host": host})
    sent = client.post("/v1/events", json=[event()], headers={"Host": host})

    assert (read.status_code, read.json()) == (403, {"detail": detail})
    assert (sent.status_code, sent.json()) == (403, problem(403, detail))
    assert client.get("/tokens/models").json() == NOTHING_STORED


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST",
        "localhost:8000",
        "127.0.0.1",
        "127.0.0.1:65535",
        "[::1]",
        "[::1]:8000",
    ],
)
def test_this_machine_is_served_under_each_of_its_names(client: TestClient, host: str) -> None:
    assert client.get("/tokens/models", headers={"Host": host}).json() == NOTHING_STORED


@pytest.mark.parametrize(
    "header",
    ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"],
)
def test_a_request_through_a_proxy_is_refused(client: TestClient, header: str) -> None:
    read = client.get("/tokens/models", headers={header: "10.0.0.1"})
    sent = client.post("/v1/events", json=[event()], headers={header: ""})

    assert (read.status_code, read.json()) == (403, {"detail": PROXIED})
    assert (sent.status_code, sent.json()) == (403, problem(403, PROXIED))
    assert sent.headers["content-type"] == "application/problem+json"
    assert client.get("/tokens/models").json() == NOTHING_STORED


def test_a_defect_is_told_without_its_inside(
    backend: Backend, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_backend(backend)
    del app.state.backend

    with TestClient(app, base_url=LOCAL, raise_server_exceptions=False) as client:
        read = client.get("/tokens/models")
        sent = client.post("/v1/events", json=[event()])

    assert (read.status_code, read.json()) == (500, {"detail": "Internal server error"})
    assert (sent.status_code, sent.json()) == (500, problem(500, "Internal server error"))
    assert sent.headers["content-type"] == "application/problem+json"
    logged = [record.name for record in caplog.records if record.levelname == "ERROR"]
    assert logged == ["tokentally.api.errors"] * 2


@pytest.mark.parametrize("table", ["model", "data_version", "rollup_state"])
def test_a_broken_database_is_told_without_its_inside(
    client: TestClient, backend: Backend, table: str
) -> None:
    client.post("/v1/events", json=[event()])
    with backend.database.writer.begin() as connection:
        connection.execute(text(f"DROP TABLE {table}"))

    read = client.get("/tokens/models")
    sent = client.post("/v1/events", json=[event(event_id="new", model="new")])

    assert (read.status_code, read.json()) == (503, {"detail": "the database is unavailable"})
    assert sent.status_code in (200, 503)
    for secret in ("sqlite", "SELECT", table, "Traceback", str(backend.database.path)):
        assert secret not in read.text + (sent.text if sent.status_code == 503 else "")
