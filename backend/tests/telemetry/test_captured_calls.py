"""What real senders sent: each call is counted once, with the counts that it had."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from backend.tests.telemetry.sending import CAPTURES, JSON, post, post_capture, stored
from fastapi.testclient import TestClient

EXPECTED: dict[str, Any] = json.loads((CAPTURES / "otlp/expected.json").read_text())
SPANS = {f"otlp/{name}": told["events"] for name, told in EXPECTED["traces"].items()}
LOGS = {
    f"{agent}/{name}": events
    for agent in ("claude-code", "codex")
    for name, events in json.loads((CAPTURES / agent / "expected-logs.json").read_text()).items()
}
READABLE = [
    name
    for name in [*SPANS, *LOGS]
    if (CAPTURES / name.replace(".pb", ".readable.json")).exists() and name.endswith(".pb")
]
COUNTS = (
    *("input_tokens", "cached_input_tokens", "cache_write_tokens", "output_tokens"),
    "reasoning_output_tokens",
)


def identity(call: dict[str, Any]) -> str | None:
    """The id that a call is known by; of some calls the sender tells none."""
    if call.get("event_id") or call.get("response_id"):
        return str(call.get("event_id") or call.get("response_id"))
    return f"{call['trace_id']}:{call['span_id']}" if "trace_id" in call else None


def as_expected(call: dict[str, Any]) -> dict[str, Any]:
    cost = call["cost_usd"]
    return {
        "event_id": identity(call),
        "source": call["source"],
        "model": call["model"],
        "success": call["success"],
        "cost_nano_usd": None if cost is None else int(Decimal(cost).scaleb(9)),
        **{name: call[name] for name in COUNTS},
    }


def shown(event: dict[str, Any], call: dict[str, Any]) -> dict[str, Any]:
    names = as_expected(call).keys()
    known = event if identity(call) else event | {"event_id": None}
    return {name: known[name] for name in names}


def by_time(calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(calls, key=lambda call: datetime.fromisoformat(call["occurred_at"]))


@pytest.mark.parametrize(("name", "calls"), [*SPANS.items(), *LOGS.items()])
def test_every_recorded_call_is_counted_once_as_it_was(
    client: TestClient, database_url: str, name: str, calls: list[dict[str, Any]]
) -> None:
    posted = post_capture(client, name)
    again = post_capture(client, name)

    assert posted.status_code == again.status_code == 200
    assert posted.content == again.content == (b"{}" if ".json" in name else b"")
    events = stored(database_url)
    assert len(events) == len(calls)
    found = {event["event_id"]: event for event in events}
    for event, call in zip(events, by_time(calls), strict=True):
        event = found.get(identity(call) or "", event)
        assert shown(event, call) == as_expected(call)


@pytest.mark.parametrize("name", READABLE)
def test_both_encodings_of_a_body_are_the_same_events(
    client: TestClient, database_url: str, name: str
) -> None:
    post_capture(client, name)
    before = stored(database_url)
    readable = (CAPTURES / name.replace(".pb", ".readable.json")).read_bytes()
    path = "logs" if ".logs." in name else "traces"

    posted = post(client, path, readable)

    assert (posted.status_code, posted.headers["content-type"], posted.content) == (
        200,
        JSON,
        b"{}",
    )
    assert stored(database_url) == before


@pytest.mark.parametrize("name", ["codex/tool-turn.traces.json", "codex/tool-turn-end.traces.json"])
def test_spans_of_codex_repeat_its_logs_and_count_nothing(
    client: TestClient, database_url: str, name: str
) -> None:
    posted = post_capture(client, name)

    assert (posted.status_code, posted.content) == (200, b"{}")
    assert stored(database_url) == []


def test_logs_of_an_instrumentation_that_tell_no_usage_count_nothing(
    client: TestClient, database_url: str
) -> None:
    assert post_capture(client, "otlp/openai-v2-2.3b0.logs.pb").status_code == 200

    assert stored(database_url) == []


def test_the_resource_names_user_and_team(client: TestClient, database_url: str) -> None:
    post_capture(client, "claude-code/one-turn.logs.json")

    [event] = stored(database_url)
    assert (event["user"], event["team"]) == ("ada", "kettle")
