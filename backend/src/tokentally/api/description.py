"""What the OpenAPI document says beyond the endpoints' own types: bodies, errors, examples."""

from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from tokentally.api.deps import OF_USER
from tokentally.models.event import SentEvent
from tokentally.queries.previous import PREVIOUS

Responses = dict[int | str, dict[str, Any]]

ALWAYS = {
    401: "No bearer token, or none that is good.",
    403: "The token lacks a scope; without sign-in: the request is not for this machine.",
    500: "Internal server error.",
}
"""What every route may answer."""

_EXAMPLE = {
    "event_id": "req_8f1",
    "occurred_at": "2026-11-21T10:15:00.123Z",
    "source": "codex",
    "model": "openai/gpt-5.2-codex",
    "input_tokens": 1200,
    "cached_input_tokens": 200,
    "output_tokens": 300,
    "reasoning_output_tokens": 50,
}


def parameter(name: str, description: str, example: str) -> dict[str, Any]:
    """A parameter of text in the address."""
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": {"type": "string", "examples": [example]},
    }


OF_USER_HEADER = {
    **parameter(
        OF_USER,
        "On a server without sign-in: whose usage, with everything but ASCII percent-encoded; "
        "without it that of the user `local`. Elsewhere it says nothing.",
        "ada",
    ),
    "in": "header",
    "example": "ada",
}

_RANGE = [
    parameter("start_date", "First UTC day, YYYY-MM-DD; without both, yesterday.", "2026-11-01"),
    parameter("end_date", "Last UTC day, included, YYYY-MM-DD; without both, today.", "2026-11-21"),
]
_FILTERS = [
    parameter("team", "Only this team, by name.", "Platform"),
    parameter("source", "Only this source.", "codex"),
]
_COMPARE = parameter(
    "compare",
    f"`{PREVIOUS}` adds `previous_tokens` to every entry: its tokens in as many days right before.",
    PREVIOUS,
)
_COMPARE["schema"] = {"type": "string", "enum": [PREVIOUS]}

DAYS: dict[str, Any] = {"parameters": _RANGE}
"""The parameters of a question about a range of days; the others likewise."""
DAYS_COMPARED: dict[str, Any] = {"parameters": [*_RANGE, _COMPARE]}
DAYS_AND_FILTERS: dict[str, Any] = {"parameters": [*_RANGE, *_FILTERS]}
DAYS_AND_FILTERS_COMPARED: dict[str, Any] = {"parameters": [*_RANGE, *_FILTERS, _COMPARE]}


class Detail(BaseModel):
    """An error of `/tokens*`: one line for people."""

    detail: str


class Problem(BaseModel):
    """An error in the form of RFC 9457."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


def details(said: dict[int, str]) -> Responses:
    """Errors as `{"detail": …}`, by status."""
    return {
        status: {"model": Detail, "description": text}
        for status, text in sorted((said | ALWAYS).items())
    }


def problems(said: dict[int, str]) -> Responses:
    """Errors as problem details, by status."""
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    content = {"application/problem+json": {"schema": schema}}
    return {
        status: {"content": content, "description": text}
        for status, text in sorted((said | ALWAYS).items())
    }


def body_of(kind: type, example: dict[str, Any] | None = None) -> dict[str, Any]:
    """A JSON body of the Struct `kind`."""
    _, definitions = msgspec.json.schema_components([kind], ref_template="{name}")
    schema = definitions[kind.__name__]
    content = {"application/json": {"schema": schema} | ({"example": example} if example else {})}
    return {"requestBody": {"required": True, "content": content}}


def body_of_events() -> dict[str, Any]:
    """The body of `POST /v1/events` in both of its content types."""
    [reference], definitions = msgspec.json.schema_components([SentEvent], ref_template="{name}")
    event = definitions[str(reference["$ref"])]
    events = {"type": "array", "items": event, "maxItems": 10_000}
    envelope = {"type": "object", "required": ["events"], "properties": {"events": events}}
    return {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"anyOf": [envelope, events]},
                "example": {"events": [_EXAMPLE]},
            },
            "application/x-ndjson": {"schema": {"type": "string"}},
        },
    }


def described(app: FastAPI) -> dict[str, Any]:
    """The document of `app`, made once; without answers that an endpoint never gives."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        for path in document["paths"].values():
            for operation in path.values():
                operation["responses"].pop("422", None)
                if "security" not in operation:
                    operation["responses"].pop("401", None)
        schemas = document["components"]["schemas"]
        schemas[Problem.__name__] = Problem.model_json_schema()
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        app.openapi_schema = document
    return app.openapi_schema
