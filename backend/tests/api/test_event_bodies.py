"""`POST /v1/events`: the forms that a body may have, and how one with bad events ends."""

import gzip
import json
from typing import Any

import pytest
from backend.tests.factories import NOTHING_STORED, answer, event, event_text, problem, refusal
from fastapi.testclient import TestClient

JSON = {"Content-Type": "application/json"}
NDJSON = {"Content-Type": "application/x-ndjson"}
PROBLEM = "application/problem+json"

A, B = event(event_id="a"), event(event_id="b", input_tokens=7)


def lines(*events: Any) -> bytes:
    return b"\n".join(json.dumps(event).encode() for event in events)


def stored_requests(client: TestClient) -> int:
    models = client.get("/tokens/models").json()["models"]
    return sum(model["requests"] for model in models)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (json.dumps({"events": [A, B]}).encode(), JSON),
        (json.dumps([A, B]).encode(), JSON),
        (b" \n\t" + json.dumps([A, B]).encode() + b"\n", JSON),
        (json.dumps({"sent_by": {"x": [1]}, "events": [A, B]}).encode(), JSON),
        (json.dumps([A, B]).encode(), {"Content-Type": "Application/JSON; charset=utf-8"}),
        (json.dumps([A, B]).encode(), JSON | {"Content-Encoding": "identity"}),
        (lines(A, B), NDJSON),
        (lines(A, B) + b"\n", NDJSON),
        (b"\n\n" + lines(A) + b"\r\n \r\n\t\n" + lines(B) + b"\r\n\n", NDJSON),
        (gzip.compress(json.dumps([A, B]).encode()), JSON | {"Content-Encoding": "gzip"}),
        (gzip.compress(lines(A, B)), NDJSON | {"Content-Encoding": "GZIP"}),
        (
            gzip.compress(lines(A)[:20]) + gzip.compress(lines(A)[20:] + b"\n" + lines(B)),
            NDJSON | {"Content-Encoding": "gzip"},
        ),
    ],
)
def test_a_body_may_have_any_of_these_forms(
    client: TestClient, body: bytes, headers: dict[str, str]
) -> None:
    posted = client.post("/v1/events", content=body, headers=headers)

    assert (posted.status_code, posted.json()) == (200, answer(accepted=2))
    assert posted.headers["content-type"] == "application/json"
    assert stored_requests(client) == 2


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"[]", JSON),
        (b'{"events": []}', JSON),
        (b"", NDJSON),
        (b"\n \n", NDJSON),
    ],
)
def test_a_body_without_events_stores_nothing(
    client: TestClient, body: bytes, headers: dict[str, str]
) -> None:
    posted = client.post("/v1/events", content=body, headers=headers)

    assert (posted.status_code, posted.json()) == (200, answer())
    assert client.get("/tokens/models").json() == NOTHING_STORED


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "the body is no valid JSON: it ends at byte 0"),
        (b'{"events": [{"event_id": "a"', "the body is no valid JSON: it ends at byte 28"),
        (b'["abc', "the body is no valid JSON: it ends at byte 5"),
        (
            b"[{]",
            "the body is no valid JSON: JSON is malformed: expected '\"' (byte 2)",
        ),
        (
            b'[{"input_tokens": NaN}]',
            "the body is no valid JSON: JSON is malformed: invalid character (byte 18)",
        ),
        (
            b"[] x",
            "the body is no valid JSON: JSON is malformed: trailing characters (byte 4)",
        ),
        (
            b"\xff\xfe[\x00]\x00",
            "the body is no valid JSON: JSON is malformed: invalid character (byte 0)",
        ),
        (
            b"\x00",
            "the body is no valid JSON: JSON is malformed: invalid character (byte 0)",
        ),
        (b"5", 'expected {"events": [...]} or an array of events'),
        (b"null", 'expected {"events": [...]} or an array of events'),
        (b'"events"', 'expected {"events": [...]} or an array of events'),
        (b"{}", 'expected {"events": [...]} or an array of events'),
        (b'{"events": null}', 'expected {"events": [...]} or an array of events'),
        (b'{"events": {"event_id": "a"}}', 'expected {"events": [...]} or an array of events'),
    ],
)
def test_a_body_that_is_no_list_of_events_is_refused_with_the_position(
    client: TestClient, body: bytes, detail: str
) -> None:
    posted = client.post("/v1/events", content=body, headers=JSON)

    assert (posted.status_code, posted.json()) == (400, problem(400, detail))
    assert posted.headers["content-type"] == PROBLEM
    assert client.get("/tokens/models").json() == NOTHING_STORED


@pytest.mark.parametrize("opening", [b"[", b'{"events":', b'[{"a":', b'[{"event_id":"a","x":['])
def test_a_body_nested_without_end_is_refused(client: TestClient, opening: bytes) -> None:
    posted = client.post("/v1/events", content=opening * 100_000, headers=JSON)

    assert (posted.status_code, posted.headers["content-type"]) == (400, PROBLEM)
    assert posted.json() == problem(400, posted.json()["detail"])
    assert client.get("/tokens/models").json() == NOTHING_STORED


def test_a_torn_line_is_one_rejected_event(client: TestClient) -> None:
    torn = lines(A)[:40]

    posted = client.post(
        "/v1/events", content=b"\n".join([lines(A), torn, b"", lines(B)]), headers=NDJSON
    )

    message = "is no valid JSON: Input data was truncated"
    errors = [refusal(1, None, None, message)]
    assert posted.json() == answer(accepted=2, rejected=1, errors=errors)
    assert stored_requests(client) == 2


@pytest.mark.parametrize(
    ("bad", "event_id", "field", "message"),
    [
        (b"5", None, None, "must be a JSON object"),
        (b"null", None, None, "must be a JSON object"),
        (b"[]", None, None, "must be a JSON object"),
        (b"{}", None, "event_id", "is required"),
        (
            event_text("input_tokens", "1e400"),
            "req-1",
            "input_tokens",
            "must be an integer from 0 to 1000000000000",
        ),
        (
            event_text("output_tokens", str(2**63)),
            "req-1",
            "output_tokens",
            "must be an integer from 0 to 1000000000000",
        ),
        (
            event_text("model", r'"\ud83d"'),
            "req-1",
            "model",
            "must not contain a NUL character or half a surrogate pair",
        ),
        (
            event_text("source", r'"\u0000"'),
            "req-1",
            "source",
            "must not contain a NUL character or half a surrogate pair",
        ),
        (
            event_text("occurred_at", '"2026-02-30T00:00:00Z"'),
            "req-1",
            "occurred_at",
            "must be an RFC 3339 time with a zone, such as 2026-11-21T10:15:00Z",
        ),
        (
            event_text("cost_usd", "-1"),
            "req-1",
            "cost_usd",
            "must be a decimal number that is not negative",
        ),
    ],
)
@pytest.mark.parametrize("headers", [JSON, NDJSON])
def test_one_bad_event_never_costs_the_good_ones(
    client: TestClient,
    headers: dict[str, str],
    bad: bytes,
    event_id: str | None,
    field: str | None,
    message: str,
) -> None:
    texts = [lines(A), bad, lines(B)]
    body = b"\n".join(texts) if headers is NDJSON else b"[" + b",".join(texts) + b"]"

    posted = client.post("/v1/events", content=body, headers=headers)

    errors = [refusal(1, event_id, field, message)]
    assert posted.json() == answer(accepted=2, rejected=1, errors=errors)
    assert stored_requests(client) == 2


def test_text_that_is_no_utf_8_is_one_rejected_event(client: TestClient) -> None:
    bad = event_text("model", '"?"').replace(b"?", b"\xff")

    posted = client.post("/v1/events", content=b"[" + bad + b"," + lines(A) + b"]", headers=JSON)

    [error] = posted.json()["errors"]
    assert posted.json() == answer(accepted=1, rejected=1, errors=[error])
    assert (error["index"], error["event_id"], error["field"]) == (0, "req-1", None)


@pytest.mark.parametrize("content_type", [JSON, NDJSON])
def test_of_many_bad_events_all_are_counted_and_the_first_hundred_listed(
    client: TestClient, content_type: dict[str, str]
) -> None:
    bad = [event(event_id=f"bad-{n}", output_tokens=-1) for n in range(9_999)]
    events = [*bad[:5_000], A, *bad[5_000:]]
    body = lines(*events) if content_type is NDJSON else json.dumps(events).encode()

    posted = client.post("/v1/events", content=body, headers=content_type)

    rule = "must be an integer from 0 to 1000000000000"
    listed = [refusal(n, f"bad-{n}", "output_tokens", rule) for n in range(100)]
    assert posted.status_code == 200
    assert posted.json() == answer(accepted=1, rejected=9_999, errors=listed)
    assert stored_requests(client) == 1


@pytest.mark.every_engine
@pytest.mark.parametrize("source", ["a\0b", "\0", "a\ud800", "x" * 63 + " y\0"])
def test_a_refused_source_that_no_database_can_hold_costs_nothing_else(
    source: str, client: TestClient
) -> None:
    sent = json.dumps([event(), event(event_id="b", source=source)])

    response = client.post("/v1/events", content=sent, headers={"Content-Type": "application/json"})

    told = response.json()
    assert (response.status_code, told["accepted"], len(told["errors"])) == (200, 1, 1)
