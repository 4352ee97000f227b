"""Export requests made up in JSON: resources, spans, log records, and points of metrics."""

from math import isfinite
from typing import Any

AT = 1795256100_000000000
"""2026-11-21T10:15:00Z, in nanoseconds since 1970."""

Json = dict[str, Any]


def attributes(values: Json) -> list[Json]:
    """Attributes as OTLP/JSON has them."""
    kinds = {bool: "boolValue", int: "intValue", float: "doubleValue", str: "stringValue"}
    return [
        {"key": key, "value": {kinds[type(value)]: _spelled(value)}}
        for key, value in values.items()
    ]


def _spelled(value: Any) -> Any:
    """Integers, and what JSON has no number for, are text."""
    spelled_out = type(value) is int or (isinstance(value, float) and not isfinite(value))
    return str(value) if spelled_out else value


def span(
    number: int = 1, *, trace: int = 1, at: int = AT, failed: bool = False, **own: Any
) -> Json:
    """A span; attributes are given with `__` for a point, as `gen_ai__system`."""
    return {
        "traceId": f"{trace:032x}",
        "spanId": f"{number:016x}",
        "name": "a span",
        "startTimeUnixNano": str(at - 1_000_000),
        "endTimeUnixNano": str(at),
        "status": {"code": 2} if failed else {},
        "attributes": attributes(dotted(own)),
    }


def dotted(values: Json) -> Json:
    """The values by their names with points."""
    return {name.replace("__", "."): value for name, value in values.items()}


def call(number: int = 1, **own: Any) -> Json:
    """The span of a chat with 100 tokens in and 20 out."""
    usual: Json = {
        "gen_ai__operation__name": "chat",
        "gen_ai__request__model": "gpt-5-mini",
        "gen_ai__usage__input_tokens": 100,
        "gen_ai__usage__output_tokens": 20,
    }
    return span(number, **(usual | own))


def traces(*spans: Json, **resource: str) -> Json:
    """An export of spans."""
    return {"resourceSpans": [{**_resource(resource), "scopeSpans": [{"spans": list(spans)}]}]}


def log(body: str, at: int = AT, **own: Any) -> Json:
    """A log record with text as its body."""
    return {
        "timeUnixNano": str(at),
        "body": {"stringValue": body},
        "attributes": attributes(dotted(own)),
    }


def api_request(request_id: str = "req_1", **own: Any) -> Json:
    """What Claude Code logs of a call: 3 tokens in, 5 read, 7 written, 11 out."""
    usual: Json = {
        "event__name": "api_request",
        "model": "claude-sonnet-4-5",
        "input_tokens": 3,
        "cache_read_tokens": 5,
        "cache_creation_tokens": 7,
        "output_tokens": 11,
        "cost_usd": 0.0015,
        "request_id": request_id,
    }
    return log("claude_code.api_request", **(usual | own))


def logs(*records: Json, **resource: str) -> Json:
    """An export of log records."""
    return {"resourceLogs": [{**_resource(resource), "scopeLogs": [{"logRecords": list(records)}]}]}


def point(value: int | float, *, start: int = AT, at: int = AT + 10**9, **own: Any) -> Json:
    """A point of a sum."""
    held = {"asInt": str(value)} if isinstance(value, int) else {"asDouble": value}
    return {
        "startTimeUnixNano": str(start),
        "timeUnixNano": str(at),
        "attributes": attributes(dotted(own)),
        **held,
    }


def counter(name: str, *points: Json, temporality: int = 2, monotonic: bool = True) -> Json:
    """A sum, cumulative unless said otherwise."""
    held = {
        "dataPoints": list(points),
        "aggregationTemporality": temporality,
        "isMonotonic": monotonic,
    }
    return {"name": name, "sum": held}


def metrics(*listed: Json, **resource: str) -> Json:
    """An export of metrics."""
    return {
        "resourceMetrics": [{**_resource(resource), "scopeMetrics": [{"metrics": list(listed)}]}]
    }


def _resource(values: Json) -> Json:
    return {"resource": {"attributes": attributes(dotted(values))}}
