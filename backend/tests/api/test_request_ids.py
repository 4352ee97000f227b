"""Every answer has the id of its request: the sender's if it is sane, else a new one."""

import re

import pytest
from backend.tests.factories import event
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.api.server import create_backend

MADE_HERE = re.compile(r"[0-9a-f]{12}-[0-9a-f]+").fullmatch


@pytest.mark.parametrize("sent", ["a", "req_8f1", "0af7651916cd43dd8448eb211c80319c", "!~" * 64])
def test_a_sane_id_is_kept(client: TestClient, sent: str) -> None:
    answer = client.get("/livez", headers={"X-Request-ID": sent})

    assert answer.headers.get_list("x-request-id") == [sent]


@pytest.mark.parametrize(
    "sent", [b"", b" ", b"two words", b"a\tb", b"x" * 129, b"caf\xc3\xa9", b"\x7f", b"a\x00b"]
)
def test_an_id_that_is_not_sane_is_replaced(client: TestClient, sent: bytes) -> None:
    answer = client.get("/livez", headers={b"X-Request-ID": sent})

    [given] = answer.headers.get_list("x-request-id")
    assert MADE_HERE(given)


def test_no_two_requests_get_the_same_id(client: TestClient, backend: Backend) -> None:
    with TestClient(create_backend(backend), base_url="http://localhost") as other:
        answers = [one.get("/livez") for one in (client, other) for _ in range(100)]

    assert len({answer.headers["x-request-id"] for answer in answers}) == 200


def test_every_kind_of_answer_has_an_id(client: TestClient, backend: Backend) -> None:
    answers = [
        client.get("/tokens/models"),
        client.post("/v1/events", json=[event()]),
        client.post("/v1/events", content=b"x"),
        client.get("/no/such"),
        client.delete("/v1/events"),
        client.get("/", headers={"Host": "elsewhere.example"}),
        client.get("/openapi.json"),
        client.get("/metrics"),
    ]
    backend.writer.stop()
    answers.append(client.post("/v1/events", json=[event()]))

    assert [a.status_code for a in answers] == [200, 200, 415, 404, 405, 403, 200, 200, 503]
    assert all(len(answer.headers.get_list("x-request-id")) == 1 for answer in answers)


def test_a_defect_is_answered_with_an_id(backend: Backend) -> None:
    app = create_backend(backend)
    del app.state.backend
    with TestClient(app, base_url="http://localhost") as client:
        answer = client.get("/tokens/models", headers={"X-Request-ID": "mine"})

    assert (answer.status_code, answer.json()) == (500, {"detail": "Internal server error"})
    assert answer.headers["x-request-id"] == "mine"
