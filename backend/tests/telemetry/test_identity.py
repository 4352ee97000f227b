"""One call is one event, through whichever door and however often it comes."""

import random
from functools import partial
from typing import Any

import pytest
from backend.tests.telemetry.exporting import api_request, call, log, logs, span, traces
from backend.tests.telemetry.sending import CAPTURES, capture, post, stored, sums
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.sources.claude import read_claude
from tokentally_jobs.importing import import_logs

USAGE: dict[str, Any] = {
    "gen_ai__operation__name": "chat",
    "gen_ai__request__model": "gpt-5-mini",
    "gen_ai__usage__input_tokens": 100,
    "gen_ai__usage__output_tokens": 20,
}


def told(number: int = 1, trace: int = 1, **own: Any) -> dict[str, Any]:
    """A log record about the call of the span of that number."""
    record = log("gen_ai.client.inference.operation.details", **(USAGE | own))
    return record | {"traceId": f"{trace:032X}", "spanId": f"{number:016X}"}


def test_a_span_is_known_by_its_ids(client: TestClient, database_url: str) -> None:
    body = traces(call(1), call(2), call(1, trace=2))

    for _ in range(3):
        post(client, "traces", body)

    assert [event["event_id"] for event in stored(database_url)] == [
        f"{1:032x}:{1:016x}",
        f"{1:032x}:{2:016x}",
        f"{2:032x}:{1:016x}",
    ]


@pytest.mark.parametrize("own", [{}, {"gen_ai__response__id": "resp_of_one"}])
@pytest.mark.parametrize("logs_first", [True, False])
def test_a_call_that_a_span_and_a_log_record_tell_of_counts_once(
    client: TestClient, database_url: str, own: dict[str, Any], logs_first: bool
) -> None:
    exports = [("traces", traces(call(**own))), ("logs", logs(told(**own)))]

    for path, body in reversed(exports) if logs_first else exports:
        assert post(client, path, body).json() == {}

    assert sums(database_url)["requests"] == 1


def test_two_spans_of_one_response_count_once_with_the_greater_counts(
    client: TestClient, database_url: str
) -> None:
    of_sdk = call(1, trace=1, gen_ai__response__id="msg_kettle")
    of_instrumentation = call(
        2, trace=2, gen_ai__response__id="msg_kettle", gen_ai__usage__output_tokens=21
    )

    post(client, "traces", traces(of_instrumentation, of_sdk))

    [event] = stored(database_url)
    assert (event["input_tokens"], event["output_tokens"]) == (100, 21)


@pytest.mark.parametrize("usage", [{}, USAGE])
@pytest.mark.parametrize("inner_first", [True, False])
def test_a_failed_call_within_the_span_of_a_call_is_no_request_of_its_own(
    client: TestClient, database_url: str, inner_first: bool, usage: dict[str, Any]
) -> None:
    chat: dict[str, Any] = {"gen_ai__operation__name": "chat", "gen_ai__request__model": "m"}
    outer = span(1, failed=not usage, **(chat | usage))
    tries = [span(n, failed=True, **chat) | {"parentSpanId": f"{1:016X}"} for n in (2, 3)]

    post(client, "traces", traces(*([*tries, outer] if inner_first else [outer, *tries])))

    [event] = stored(database_url)
    assert event["event_id"] == f"{1:032x}:{1:016x}"
    assert event["success"] is bool(usage)


def test_failed_calls_of_an_agent_are_requests_each(client: TestClient, database_url: str) -> None:
    agent = span(1, gen_ai__operation__name="invoke_agent", failed=True)
    chat: dict[str, Any] = {"gen_ai__operation__name": "chat", "gen_ai__request__model": "m"}
    calls = [span(n, failed=True, **chat) | {"parentSpanId": f"{1:016x}"} for n in (2, 3)]

    post(client, "traces", traces(*calls, agent))

    assert [event["success"] for event in stored(database_url)] == [False, False]


def test_calls_with_usage_within_the_span_of_a_call_count(
    client: TestClient, database_url: str
) -> None:
    inner = call(2) | {"parentSpanId": f"{1:016x}"}

    post(client, "traces", traces(inner, call(1)))

    assert sums(database_url)["requests"] == 2


def test_records_without_ids_are_not_within_each_other(
    client: TestClient, database_url: str
) -> None:
    post(client, "logs", logs(log("a call", **USAGE), api_request()))

    assert sums(database_url)["requests"] == 2


@pytest.mark.parametrize("response", ["chatcmpl-17", "resp_998877", " ", ""])
def test_a_response_id_that_many_calls_share_is_none(
    client: TestClient, database_url: str, response: str
) -> None:
    post(client, "traces", traces(*(call(n, gen_ai__response__id=response) for n in (1, 2, 3))))

    assert sums(database_url)["requests"] == 3


def test_a_response_id_may_be_longer_than_ids_of_events(
    client: TestClient, database_url: str
) -> None:
    long = [call(n, gen_ai__response__id="resp_" + "x" * 500 + str(n % 2)) for n in range(1, 5)]

    assert post(client, "traces", traces(*long)).json() == {}
    assert sums(database_url)["requests"] == 2


def test_a_record_without_any_id_is_known_by_what_it_says(
    client: TestClient, database_url: str
) -> None:
    nameless = span(**USAGE) | {"traceId": "0" * 32, "spanId": ""}
    other = log("", **USAGE)

    for _ in range(2):
        post(client, "traces", traces(nameless))
        post(client, "logs", logs(other))

    assert sums(database_url)["requests"] == 2


TRANSCRIPTS = CAPTURES / "claude-code" / "projects"
CLAUDE_LOGS = [
    f"claude-code/{name}"
    for name in (
        "one-turn.logs.json",
        "tool-turn.logs.readable.json",
        "tool-turn-resumed.logs.json.gz",
    )
]


def of_nobody(content: Any) -> Any:
    """A body without the attribute by which its sender named a user."""
    if isinstance(content, dict):
        return {key: of_nobody(value) for key, value in content.items()}
    if isinstance(content, list):
        return [of_nobody(each) for each in content if "user.name" not in str(each)[:30]]
    return content


@pytest.mark.every_engine
@pytest.mark.parametrize("import_first", [True, False])
def test_calls_of_claude_code_that_are_imported_and_exported_count_once(
    client: TestClient, backend: Backend, database_url: str, import_first: bool
) -> None:
    def export() -> None:
        for name in CLAUDE_LOGS:
            assert post(client, "logs", of_nobody(capture(name))).json() == {}

    def import_transcripts() -> None:
        import_logs(backend, "claude", partial(read_claude, [TRANSCRIPTS]))

    for step in (import_transcripts, export) if import_first else (export, import_transcripts):
        step()

    found = sums(database_url)
    assert found == {
        "requests": 5,
        "input_tokens": 2571 + 2597 + 2599 + 2601 + 2603,
        "cached_input_tokens": 5 * 2000,
        "cache_write_tokens": 534 + 547 + 548 + 549 + 550,
        "output_tokens": 3 * 33 + 2 * 57,
    }


def test_the_same_calls_of_claude_code_in_any_order_end_alike(
    client: TestClient, database_url: str
) -> None:
    records = [api_request(f"req_{n}", output_tokens=n) for n in range(20)] * 3
    random.Random(5).shuffle(records)
    spans = [
        span(
            n,
            model="claude-sonnet-4-5",
            request_id=f"req_{n}",
            input_tokens=3,
            cache_read_tokens=5,
            cache_creation_tokens=7,
            output_tokens=n,
        )
        | {"name": "claude_code.llm_request"}
        for n in range(20)
    ]

    for record in records:
        post(client, "logs", logs(record, service__name="claude-code"))
    post(client, "traces", traces(*spans, service__name="claude-code"))

    found = sums(database_url)
    assert found["requests"] == 20
    assert found["output_tokens"] == sum(range(20))
    assert {event["cost_nano_usd"] for event in stored(database_url)} == {1_500_000}
