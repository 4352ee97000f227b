"""Content types and encodings that can't be read are named."""

import json

import pytest
from backend.tests.factories import NOTHING_STORED, event, problem
from fastapi.testclient import TestClient

PROBLEM = "application/problem+json"
BODY = json.dumps([event()])


@pytest.mark.parametrize(
    ("content_type", "shown"),
    [
        (None, "'none'"),
        ("", "'none'"),
        ("text/plain", "'text/plain'"),
        ("application/x-www-form-urlencoded", "'application/x-www-form-urlencoded'"),
        ("application/json5; charset=utf-8", "'application/json5'"),
    ],
)
def test_a_content_type_that_cannot_be_read_is_named(
    client: TestClient, content_type: str | None, shown: str
) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}

    posted = client.post("/v1/events", content=BODY, headers=headers)

    detail = f"Content-Type {shown}: send application/json or application/x-ndjson"
    assert (posted.status_code, posted.json()) == (415, problem(415, detail))
    assert posted.headers["content-type"] == PROBLEM
    assert client.get("/tokens/models").json() == NOTHING_STORED


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "gzip, gzip"])
def test_a_content_encoding_that_cannot_be_read_is_named(client: TestClient, encoding: str) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": encoding}

    posted = client.post("/v1/events", content=BODY, headers=headers)

    detail = f"Content-Encoding {encoding!r}: send gzip or none"
    assert (posted.status_code, posted.json()) == (415, problem(415, detail))
    assert posted.headers["content-type"] == PROBLEM
    assert client.get("/tokens/models").json() == NOTHING_STORED
