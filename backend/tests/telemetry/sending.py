"""Sending telemetry, and reading what became of it by plain SQL."""

import gzip
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from backend.tests.engines.plain import rows
from fastapi.testclient import TestClient
from httpx2 import Response

from tokentally.clock import EPOCH
from tokentally.store.event_keys import unpack

CAPTURES = Path(__file__).parents[1] / "data" / "captures"
PROTOBUF, JSON = "application/x-protobuf", "application/json"

_EVENTS = """
SELECT event_key, occurred_at, source.name, model.name, app_user.name, team.name,
  input_tokens, cached_input_tokens, cache_write_tokens, cache_write_1h_tokens, output_tokens,
  reasoning_output_tokens, success, CASE cost_source WHEN 2 THEN cost_nano_usd END
FROM token_event JOIN source ON source.id = source_id JOIN model ON model.id = model_id
JOIN app_user ON app_user.id = user_id JOIN team ON team.id = token_event.team_id
ORDER BY occurred_at, event_key
"""
_FIELDS = (
    *("event_id", "occurred_at", "source", "model", "user", "team"),
    *("input_tokens", "cached_input_tokens", "cache_write_tokens", "cache_write_1h_tokens"),
    *("output_tokens", "reasoning_output_tokens", "success", "cost_nano_usd"),
)


def post(
    client: TestClient,
    path: str,
    body: bytes | dict[str, Any],
    headers: dict[str, str] | None = None,
) -> Response:
    """Send an export request: a dictionary as JSON, bytes as protobuf unless they are JSON."""
    plain = json.dumps(body).encode() if isinstance(body, dict) else body
    kind = JSON if plain[:1] == b"{" else PROTOBUF
    stated = {"Content-Type": kind} | (headers or {})
    return client.post(f"/v1/{path}", content=plain, headers=stated)


def post_capture(client: TestClient, name: str) -> Response:
    """Send a recorded body as its sender did."""
    body = (CAPTURES / name).read_bytes()
    kind = JSON if ".json" in name else PROTOBUF
    headers = {"Content-Type": kind}
    if name.endswith(".gz"):
        headers["Content-Encoding"] = "gzip"
    [path] = {"traces", "logs", "metrics"} & set(name.split("."))
    return client.post(f"/v1/{path}", content=body, headers=headers)


def capture(name: str) -> dict[str, Any]:
    """A recorded body in JSON."""
    body = (CAPTURES / name).read_bytes()
    content: dict[str, Any] = json.loads(gzip.decompress(body) if name.endswith(".gz") else body)
    return content


def stored(database: str) -> list[dict[str, Any]]:
    """Every event that is stored, by time; the cost only if it was reported, in nano-USD."""
    found = [dict(zip(_FIELDS, row, strict=True)) for row in rows(database, _EVENTS)]
    for event in found:
        event["event_id"] = unpack(bytes(event["event_id"]))
        event["occurred_at"] = (EPOCH + timedelta(microseconds=event["occurred_at"])).isoformat()
        event["success"] = bool(event["success"])
    return found


def sums(database: str) -> dict[str, int]:
    """Requests and tokens of all events."""
    events = stored(database)
    names = ("input_tokens", "cached_input_tokens", "cache_write_tokens", "output_tokens")
    return {"requests": len(events)} | {
        name: sum(event[name] for event in events) for name in names
    }
