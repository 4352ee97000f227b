"""What is wrong is said as OpenTelemetry has it, and costs nothing that is good."""

import gzip
import json
from typing import Any

import pytest
from backend.tests.engines.plain import change
from backend.tests.telemetry.exporting import AT, call, log, logs, metrics, span, traces
from backend.tests.telemetry.sending import CAPTURES, JSON, PROTOBUF, post, stored, sums
from fastapi.testclient import TestClient
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from tokentally.api.backend import Backend

SPANS = (CAPTURES / "otlp/openai-v2-2.3b0.traces.pb").read_bytes()
EMPTY = {"traces": traces(), "logs": logs(), "metrics": metrics()}


def in_protobuf(*spans: dict[str, Any]) -> bytes:
    """Spans as protobuf: their attributes, and ids that differ."""
    request = ExportTraceServiceRequest()
    scope = request.resource_spans.add().scope_spans.add()
    for number, sent in enumerate(spans, 1):
        made = scope.spans.add(trace_id=bytes([1] * 16), span_id=bytes([number] * 8))
        made.end_time_unix_nano = int(sent["endTimeUnixNano"])
        for attribute in sent["attributes"]:
            [(kind, value)] = attribute["value"].items()
            held = made.attributes.add(key=attribute["key"]).value
            if kind == "intValue":
                held.int_value = int(value)
            else:
                held.string_value = value
    return request.SerializeToString()


@pytest.mark.parametrize("path", EMPTY)
def test_an_empty_export_is_fine(client: TestClient, path: str, database_url: str) -> None:
    for body in (b"{}", json.dumps(EMPTY[path]).encode(), f'{{"resource{path.title()}":null}}'):
        posted = client.post(f"/v1/{path}", content=body, headers={"Content-Type": JSON})
        assert (posted.status_code, posted.json()) == (200, {})
    posted = client.post(f"/v1/{path}", content=b"", headers={"Content-Type": PROTOBUF})
    assert (posted.status_code, posted.content) == (200, b"")
    assert posted.headers["content-type"] == PROTOBUF
    assert stored(database_url) == []


BAD: list[tuple[dict[str, Any], str]] = [
    (
        {"gen_ai__usage__input_tokens": -1},
        "input_tokens must be an integer from 0 to 1000000000000",
    ),
    ({"gen_ai__usage__input_tokens": 2**62}, "input_tokens must be an integer from 0 to"),
    ({"gen_ai__usage__output_tokens": "many"}, "output_tokens must be an integer from 0 to"),
    ({"gen_ai__usage__cache_read__input_tokens": 10**12}, "input_tokens must be an integer"),
    ({"gen_ai__request__model": "m" * 201}, "model must be text of at most 200 characters"),
    ({"gen_ai__request__model": "m\0"}, "model must not contain a NUL character"),
]


@pytest.mark.parametrize(("own", "why"), BAD)
@pytest.mark.parametrize("kind", [JSON, PROTOBUF])
def test_a_call_that_breaks_a_rule_is_refused_and_the_good_ones_are_kept(
    client: TestClient, database_url: str, kind: str, own: dict[str, Any], why: str
) -> None:
    spans = (call(1), call(2, **own), call(3))

    if kind == JSON:
        partial = post(client, "traces", traces(*spans)).json()["partialSuccess"]
        rejected, message = int(partial["rejectedSpans"]), partial["errorMessage"]
    else:
        posted = post(client, "traces", in_protobuf(*spans))
        told = ExportTraceServiceResponse.FromString(posted.content).partial_success
        rejected, message = told.rejected_spans, told.error_message

    assert rejected == 1
    assert message.startswith(f"record 1: {why}")
    assert sums(database_url)["requests"] == 2


@pytest.mark.parametrize(
    "bad",
    [
        {"traceId": 7},
        {"endTimeUnixNano": "soon"},
        {"endTimeUnixNano": 1e300},
        {"endTimeUnixNano": "0", "startTimeUnixNano": "0"},
        {"endTimeUnixNano": str(2**64 - 1)},
        {"endTimeUnixNano": 10**30},
        {"endTimeUnixNano": "-" + "9" * 20},
        {"attributes": [{"key": "gen_ai.usage.input_tokens", "value": {"intValue": "1e3"}}]},
        {"attributes": {"gen_ai.usage.input_tokens": 5}},
        {"status": {"code": "STATUS_CODE_ERROR"}},
    ],
)
def test_a_span_that_is_not_as_the_protocol_has_it_costs_itself(
    client: TestClient, database_url: str, bad: dict[str, Any]
) -> None:
    posted = post(client, "traces", traces(call(1), call(2) | bad, call(3)))

    assert posted.status_code == 200
    assert posted.json()["partialSuccess"]["rejectedSpans"] == "1"
    assert sums(database_url)["requests"] == 2


def test_a_log_record_that_breaks_a_rule_is_counted_as_one(client: TestClient) -> None:
    record = log("", gen_ai__operation__name="chat", gen_ai__usage__input_tokens=-1)

    partial = post(client, "logs", logs(record, {"timeUnixNano": []})).json()["partialSuccess"]

    assert partial["rejectedLogRecords"] == "2"


def test_half_an_emoji_in_a_prompt_costs_nothing(client: TestClient, database_url: str) -> None:
    body = json.dumps(traces(call(prompt="kettle"))).replace("kettle", "\\ud83d").encode()

    assert post(client, "traces", body).json() == {}
    assert sums(database_url)["requests"] == 1


@pytest.mark.parametrize(
    ("body", "headers", "status", "code", "why"),
    [
        (SPANS[:-3], {}, 400, 3, "the body is no valid ExportTraceServiceRequest"),
        (b"\xff" * 40, {}, 400, 3, "the body is no valid ExportTraceServiceRequest"),
        (b'{"resourceSpans": [{', {}, 400, 3, "the body is no valid JSON"),
        (b'{"resourceSpans": 7}', {}, 400, 3, "the body is no export request"),
        (
            b'{"resourceSpans": [{"resource": {"attributes": '
            b'[{"key": "service.name", "value": {"intValue": "shop"}}]}}]}',
            {},
            400,
            3,
            "the body is no export request: 'shop' is no integer",
        ),
        (b'{"resourceSpans": ' + b"[" * 10**5, {}, 400, 3, "the body is no "),
        (SPANS, {"Content-Type": "text/plain"}, 415, 3, "Content-Type 'text/plain': send "),
        (SPANS, {"Content-Type": ""}, 415, 3, "Content-Type 'none': send application/x-protobuf"),
        (SPANS, {"Content-Encoding": "br"}, 415, 3, "Content-Encoding 'br': send gzip or none"),
        (SPANS, {"Content-Encoding": "gzip"}, 400, 3, "the body is no valid gzip"),
        (b"\0" * (16 << 20) + b"1", {}, 413, 8, "the body is larger than 16 MiB"),
        (
            gzip.compress(b"\0" * (17 << 20)),
            {"Content-Encoding": "gzip"},
            413,
            8,
            "the body is larger than 16 MiB",
        ),
    ],
    ids=(
        *("cut off", "no protobuf", "cut off JSON", "another JSON", "odd name", "deep JSON"),
        *("type", "no type", "encoding", "no gzip", "too large", "too large unzipped"),
    ),
)
def test_a_body_that_cannot_be_read_is_refused_whole(
    client: TestClient,
    database_url: str,
    body: bytes,
    headers: dict[str, str],
    status: int,
    code: int,
    why: str,
) -> None:
    posted = post(client, "traces", body, headers)

    assert posted.status_code == status
    if posted.headers["content-type"] == PROTOBUF:
        told = Status.FromString(posted.content)
        said = {"code": told.code, "message": told.message}
    else:
        said = posted.json()
    assert said["code"] == code
    assert said["message"].startswith(why)
    assert stored(database_url) == []


def test_more_calls_than_a_request_may_bring_are_refused_and_other_spans_are_not(
    client: TestClient, database_url: str
) -> None:
    others = traces(*(span(n, http__route="/") for n in range(1, 10_050)), call(10_051))
    assert post(client, "traces", others).json() == {}

    posted = post(client, "traces", traces(*(call(n) for n in range(1, 10_003))))

    assert posted.status_code == 413
    assert posted.json() == {"code": 8, "message": "more than 10000 calls in one request"}
    assert sums(database_url)["requests"] == 1


def test_a_store_that_is_closed_asks_for_patience_in_either_encoding(
    client: TestClient, backend: Backend
) -> None:
    backend.writer.stop()

    said = {"code": 14, "message": "the server is shutting down"}
    for body in (SPANS, traces(call())):
        posted = post(client, "traces", body)
        assert (posted.status_code, posted.headers["retry-after"]) == (503, "2")
        told = Status.FromString(posted.content) if body is SPANS else Status(**posted.json())
        assert told == Status(**said)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_posting_is_allowed(client: TestClient, method: str) -> None:
    answered = client.request(method, "/v1/metrics")

    assert (answered.status_code, answered.json()) == (
        405,
        {"code": 12, "message": "Method Not Allowed"},
    )


def test_what_the_store_refuses_is_told_with_the_others(
    client: TestClient, database_url: str
) -> None:
    day = AT // 10**9 // 86_400
    change(database_url, f"INSERT INTO sealed_day (day, sealed_at) VALUES ({day}, 0)")  # noqa: S608
    bad = call(2, at=AT + 86_400 * 10**9, gen_ai__usage__input_tokens=-1)
    good = call(3, at=AT - 86_400 * 10**9)

    partial = post(client, "traces", traces(call(1), bad, good)).json()["partialSuccess"]

    assert partial["rejectedSpans"] == "2"
    first, second = partial["errorMessage"].split("; ")
    assert first == "record 0: day is sealed by retention"
    assert second.startswith("record 1: input_tokens must be")
    assert sums(database_url)["requests"] == 1
