"""Calls as LiteLLM logs them, with defaults: a test names only what matters to it."""

import json
from typing import Any

from backend.tests.factories import NOW

from tokentally.ingest.litellm import parse_litellm
from tokentally.ingest.normalise import sender
from tokentally.ingest.parse import Parsed
from tokentally.models.event import Event

JSON = {"Content-Type": "application/json"}
PATH = "/v1/ingest/litellm"
MADE_AT = 1795255200.5
"""10:00:00.5 on 2026-11-21, UTC."""


def usage(**overrides: Any) -> dict[str, Any]:
    """The usage of a call."""
    return {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120} | overrides


def record(*, by: dict[str, Any] | None = None, **overrides: Any) -> dict[str, Any]:
    """A call as LiteLLM logs it; `by` are further fields of its metadata."""
    whole = {
        "id": "chatcmpl-1",
        "litellm_call_id": "64a781a0-9b8c-4d92-a045-4dd34244f1b7",
        "call_type": "acompletion",
        "cache_hit": None,
        "status": "success",
        "custom_llm_provider": "openai",
        "startTime": MADE_AT - 1,
        "endTime": MADE_AT,
        "model": "openai/gpt-4o",
        "response_cost": 0.00045,
        "messages": [{"role": "user", "content": "Hello?"}],
        **usage(),
    } | overrides
    counts = {name: whole[name] for name in usage()}
    metadata = {
        "user_api_key_user_id": "ada",
        "user_api_key_alias": "ada-laptop",
        "user_api_key_team_alias": "Kettle",
        "user_api_key_team_id": "team-1",
        "usage_object": counts,
    }
    return whole | {"metadata": metadata | (by or {})}


def parsed(*records: Any, user: str = "gateway", may_name_users: bool = True) -> Parsed:
    """What the door makes of calls."""
    return parse_litellm(
        json.dumps(records).encode(), sender(user, NOW, may_name_users=may_name_users)
    )


def event_of(*, by: dict[str, Any] | None = None, **overrides: Any) -> Event:
    """The event of one call."""
    taken = parsed(record(by=by, **overrides))
    assert taken.refusals == []
    [event] = taken.events
    return event
