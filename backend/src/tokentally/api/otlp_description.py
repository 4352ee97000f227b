"""What the OpenAPI document says of the doors of OpenTelemetry."""

from typing import Any

from tokentally.api.description import ALWAYS, Responses
from tokentally.ingest.otlp import JSON, PROTOBUF

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_STATUS = {
    "type": "object",
    "properties": {"code": {"type": "integer"}, "message": {"type": "string"}},
}
_SAID = {
    400: "The body is malformed or cut off; nothing was stored.",
    413: "More than 16 MiB or 10,000 calls; nothing was stored.",
    415: "A content type or encoding that can't be read.",
    503: "The store is down or full; send it again later.",
}

ERRORS: Responses = {
    status: {
        "description": text,
        "content": {JSON: {"schema": _STATUS}, PROTOBUF: _BINARY},
    }
    for status, text in sorted((_SAID | ALWAYS).items())
}
"""Errors as a `google.rpc.Status`, in the encoding that was sent."""


def _body(field: str) -> dict[str, Any]:
    """An export request, which lists resources as `field`."""
    listed = {"type": ["array", "null"], "items": {"type": "object"}}
    schema = {"type": "object", "properties": {field: listed}}
    content = {JSON: {"schema": schema, "example": {field: []}}, PROTOBUF: _BINARY}
    return {"requestBody": {"required": True, "content": content}}


TRACES = _body("resourceSpans")
"""The body of a request; the others likewise."""
LOGS = _body("resourceLogs")
METRICS = _body("resourceMetrics")


def exported(rejected: str) -> Responses:
    """The answer to an export, which counts refused records as `rejected`."""
    partial = {rejected: {"type": "string"}, "errorMessage": {"type": "string"}}
    schema = {
        "type": "object",
        "properties": {"partialSuccess": {"type": "object", "properties": partial}},
    }
    content = {JSON: {"schema": schema}, PROTOBUF: _BINARY}
    return {200: {"description": "What is good is on disk.", "content": content}}
