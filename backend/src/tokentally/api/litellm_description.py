"""What the OpenAPI document says of the calls that LiteLLM sends."""

from typing import Any

import msgspec

from tokentally.ingest.litellm_record import Record
from tokentally.ingest.parse import MAX_EVENTS

_EXAMPLE = {
    "id": "chatcmpl-8f1",
    "litellm_call_id": "64a781a0-9b8c-4d92-a045-4dd34244f1b7",
    "status": "success",
    "endTime": 1795264004.053194,
    "model": "openai/gpt-4o",
    "prompt_tokens": 1227,
    "completion_tokens": 117,
    "total_tokens": 1344,
    "response_cost": 0.0029575,
    "metadata": {
        "user_api_key_user_id": "ada",
        "user_api_key_team_alias": "Platform",
        "usage_object": {
            "prompt_tokens_details": {"cached_tokens": 1024},
            "completion_tokens_details": {"reasoning_tokens": 64},
        },
    },
}


def _body_of_calls() -> dict[str, Any]:
    """An array of calls or one, spelled out: their parts are of no use elsewhere."""
    [reference], definitions = msgspec.json.schema_components([Record], ref_template="{name}")
    call = _spelled_out(reference, definitions)
    calls = {"type": "array", "items": call, "maxItems": MAX_EVENTS}
    return {
        "required": True,
        "description": (
            "Calls as LiteLLM's `generic_api` callback logs them: an array, one object, or one "
            "object a line, which LiteLLM sends as `application/json` too. Further fields are "
            "ignored; prompts and answers are not read."
        ),
        "content": {
            "application/json": {"schema": {"anyOf": [calls, call]}, "example": [_EXAMPLE]},
            "application/x-ndjson": {"schema": {"type": "string"}},
        },
    }


def _spelled_out(schema: Any, definitions: dict[str, Any]) -> Any:
    """A schema with what it refers to in the place of each reference."""
    if isinstance(schema, list):
        return [_spelled_out(each, definitions) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _spelled_out(definitions[schema["$ref"]], definitions)
    return {name: _spelled_out(each, definitions) for name, each in schema.items()}


CALLS: dict[str, Any] = {"requestBody": _body_of_calls()}
