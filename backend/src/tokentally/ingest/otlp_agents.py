"""Calls of models in the telemetry of coding agents: Claude Code and Codex."""

from tokentally.ingest.otlp_genai import fingerprint
from tokentally.ingest.otlp_records import Attributes, Record
from tokentally.ingest.otlp_values import text, time, tokens, usd
from tokentally.ingest.otlp_whose import CLAUDE, CLAUDE_SCOPE, CODEX, source_of
from tokentally.models.event import SentEvent, short_id

_CLAUDE_PREFIX = "claude_code."
_EVENT, _AT, _MODEL = "event.name", "event.timestamp", "model"
_REQUEST, _COST = "request_id", "cost_usd"
_INPUT, _OUTPUT = "input_tokens", "output_tokens"
_CACHED, _WRITTEN = "cache_read_tokens", "cache_creation_tokens"
_SESSION, _SEQUENCE = "session.id", "event.sequence"

_CODEX_COUNTED = "codex.sse_event"
_CODEX_CONVERSATION = "conversation.id"
_CODEX_INPUT, _CODEX_OUTPUT = "input_token_count", "output_token_count"
_CODEX_CACHED, _CODEX_WRITTEN = "cached_token_count", "cache_write_token_count"
_CODEX_REASONING, _CODEX_TOTAL = "reasoning_token_count", "tool_token_count"

WANTED = frozenset(
    {
        *(_EVENT, _AT, _MODEL, _REQUEST, _COST, _SESSION, _SEQUENCE),
        *(_INPUT, _OUTPUT, _CACHED, _WRITTEN),
        *(_CODEX_CONVERSATION, _CODEX_INPUT, _CODEX_CACHED, _CODEX_WRITTEN),
        *(_CODEX_OUTPUT, _CODEX_REASONING, _CODEX_TOTAL),
    }
)
"""The attributes that are read."""


def agent_of(record: Record) -> str | None:
    """The agent that a record is from, by the source that its events have."""
    event = text(record.attributes.get(_EVENT))
    named = any(name.startswith(_CLAUDE_PREFIX) for name in (record.name, event))
    if named or record.scope.startswith(CLAUDE_SCOPE):
        return CLAUDE
    if event.startswith("codex."):
        return CODEX
    source = source_of(record.resource)
    return source if source in (CLAUDE, CODEX) else None


def call_of_agent_event(agent: str, log: Record) -> SentEvent | None:
    """The call that an agent's log record tells of, if it does; raises `InvalidEvent`."""
    event = text(log.attributes.get(_EVENT)) or log.name
    if agent == CLAUDE:
        name = event.removeprefix(_CLAUDE_PREFIX)
        if name == "api_request":
            return _claude_call(log, success=True)
        return _claude_call(log, success=False) if name == "api_error" else None
    counted = event == _CODEX_COUNTED and _CODEX_INPUT in log.attributes
    return _codex_call(log) if counted else None


def call_of_agent_span(agent: str, span: Record) -> SentEvent | None:
    """The call that an agent's span is, if it is one; raises `InvalidEvent`.

    Codex has spans without model and id, which repeat what its log records say; and failed calls
    of Claude Code have no id that a log record would share.
    """
    named = span.name == f"{_CLAUDE_PREFIX}llm_request" and _REQUEST in span.attributes
    if agent == CLAUDE and named and _OUTPUT in span.attributes:
        return _claude_call(span, success=True)
    return None


def _claude_call(record: Record, *, success: bool) -> SentEvent:
    """A call as Claude Code tells it: its counts are disjoint, output includes thinking."""
    attributes = record.attributes
    return SentEvent(
        event_id=short_id(text(attributes.get(_REQUEST))) or fingerprint(record),
        occurred_at=_time(record),
        source=CLAUDE,
        model=text(attributes.get(_MODEL)),
        input_tokens=tokens("input_tokens", attributes.get(_INPUT)),
        cached_input_tokens=tokens("cached_input_tokens", attributes.get(_CACHED)),
        cache_write_tokens=tokens("cache_write_tokens", attributes.get(_WRITTEN)),
        output_tokens=tokens("output_tokens", attributes.get(_OUTPUT)),
        pricing_mode="add",
        cost_usd=usd(attributes.get(_COST)),
        success=success,
    )


def _codex_call(record: Record) -> SentEvent:
    """A call as Codex tells it: parts are included in their wholes."""
    attributes = record.attributes
    return SentEvent(
        event_id=_codex_identity(attributes) or fingerprint(record),
        occurred_at=_time(record),
        source=CODEX,
        model=text(attributes.get(_MODEL)),
        input_tokens=tokens("input_tokens", attributes.get(_CODEX_INPUT)),
        cached_input_tokens=tokens("cached_input_tokens", attributes.get(_CODEX_CACHED)),
        cache_write_tokens=tokens("cache_write_tokens", attributes.get(_CODEX_WRITTEN)),
        output_tokens=tokens("output_tokens", attributes.get(_CODEX_OUTPUT)),
        reasoning_output_tokens=tokens("reasoning_output_tokens", attributes.get(_CODEX_REASONING)),
        total_tokens=tokens("total_tokens", attributes.get(_CODEX_TOTAL)),
        pricing_mode="overlap",
    )


def _codex_identity(attributes: Attributes) -> str:
    """Codex tells no id of the response: conversation, time and total are the same if resent."""
    parts = [text(attributes.get(name)) for name in (_CODEX_CONVERSATION, _AT, _CODEX_TOTAL)]
    return short_id(":".join(parts)) if all(parts) else ""


def _time(record: Record) -> str:
    return text(record.attributes.get(_AT)) or time(record.at)
