"""Calls of models as the GenAI conventions describe them, under every name they ever had."""

import re
from collections.abc import Collection, Iterator
from uuid import UUID

from tokentally.ingest.otlp_records import Attributes, Record, Value
from tokentally.ingest.otlp_values import digest, first, text, time, tokens, usd
from tokentally.ingest.otlp_whose import source_of
from tokentally.models.event import SentEvent, short_id

OPERATION = "gen_ai.operation.name"
MODEL = ("gen_ai.response.model", "gen_ai.request.model", "llm.response.model", "llm.request.model")
_RESPONSE = "gen_ai.response.id"
_ERROR = "error.type"
_OPERATION = (OPERATION, "llm.request.type")
_INPUT = ("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.usage.prompt_tokens")
_OUTPUT = (
    "gen_ai.usage.output_tokens",
    "gen_ai.usage.completion_tokens",
    "llm.usage.completion_tokens",
)
_TOTAL = ("gen_ai.usage.total_tokens", "llm.usage.total_tokens")
_CACHED = (
    "gen_ai.usage.cache_read.input_tokens",
    "gen_ai.usage.cache_read_input_tokens",
    "gen_ai.usage.input_tokens.cached",
    "gen_ai.usage.cached_tokens",
    "gen_ai.usage.details.cache_read_tokens",
    "llm.usage.cache_read_input_tokens",
)
_WRITTEN = (
    "gen_ai.usage.cache_creation.input_tokens",
    "gen_ai.usage.cache_write.input_tokens",
    "gen_ai.usage.cache_creation_input_tokens",
    "gen_ai.usage.cache_write_input_tokens",
    "gen_ai.usage.input_tokens.cache_write",
    "gen_ai.usage.details.cache_write_tokens",
    "llm.usage.cache_creation_input_tokens",
)
_WRITTEN_1H = (
    "anthropic.usage.cache_creation.ephemeral_1h_input_tokens",
    "gen_ai.usage.details.ephemeral_1h_input_tokens",
)
_REASONING = (
    "gen_ai.usage.reasoning.output_tokens",
    "gen_ai.usage.reasoning_tokens",
    "gen_ai.usage.output_tokens.reasoning",
    "gen_ai.usage.details.reasoning_tokens",
    "llm.usage.reasoning_tokens",
)
_COST = ("operation.cost", "gen_ai.usage.cost")
_USAGE = (*_INPUT, *_OUTPUT)

WANTED = frozenset((_RESPONSE, _ERROR)).union(
    *(_OPERATION, MODEL, _INPUT, _OUTPUT, _TOTAL),
    *(_CACHED, _WRITTEN, _WRITTEN_1H, _REASONING, _COST),
)
"""The attributes that are read. All others (prompts, answers) are dropped."""

_CALLS = {
    *("chat", "chat.completions", "messages", "responses", "aresponses"),
    *("completion", "acompletion", "text_completion", "text.completions"),
    *("generate_content", "text_generation", "multimodal_generation"),
    *("embeddings", "embedding", "aembedding", "rerank", "arerank"),
}
"""Operations that are one call of a model; those of agents and workflows are sums of calls."""

_REUSED = re.compile(r"[a-z]+[-_]\d{1,6}", re.ASCII).fullmatch
"""Some local servers give their answers a random number of few digits: that is no identity."""


def is_call(attributes: Attributes) -> bool:
    """Whether this is one call of a model: it says so, or tells usage of a model and no more."""
    operation = first(attributes, _OPERATION)
    if operation is not None:
        return is_call_named(operation)
    return has_usage(attributes) and first(attributes, MODEL) is not None


def is_call_named(operation: Value) -> bool:
    """Whether an operation of this name is one call of a model."""
    return text(operation).lower() in _CALLS


def has_usage(attributes: Attributes) -> bool:
    """Whether tokens are told, be it 0."""
    return first(attributes, _USAGE) is not None


def call_of_span(span: Record) -> SentEvent | None:
    """The call that a span is, if it is one; raises `InvalidEvent`."""
    return _call(span) if is_call(span.attributes) else None


def tells_nothing_new(span: Record, calls: Collection[tuple[str, str]]) -> bool:
    """Whether a span is part of the span of a call, and tells neither an id nor usage of its own.

    It is the same call once more: two instrumentations tell of it, and it failed. `calls` are the
    trace and span ids of spans of calls.
    """
    told = has_usage(span.attributes) or _RESPONSE in span.attributes
    is_part = bool(span.parent_id.strip("0")) and (span.trace_id, span.parent_id) in calls
    return is_part and not told


def call_of_event(log: Record) -> SentEvent | None:
    """The call whose usage a log record tells, if it does; raises `InvalidEvent`."""
    told = has_usage(log.attributes) and is_call(log.attributes)
    return _call(log) if told else None


def _call(record: Record) -> SentEvent:
    attributes = record.attributes
    cached = tokens("cached_input_tokens", first(attributes, _CACHED))
    written = tokens("cache_write_tokens", first(attributes, _WRITTEN))
    written_1h = tokens("cache_write_1h_tokens", first(attributes, _WRITTEN_1H))
    reasoning = tokens("reasoning_output_tokens", first(attributes, _REASONING))
    input_, output = _sums(attributes, cached + written, reasoning)
    return SentEvent(
        event_id=_identity(record),
        occurred_at=time(record.at),
        source=source_of(record.resource),
        model=text(first(attributes, MODEL)),
        input_tokens=input_,
        cached_input_tokens=cached,
        cache_write_tokens=written,
        cache_write_1h_tokens=min(written_1h, written),
        output_tokens=output,
        reasoning_output_tokens=reasoning,
        pricing_mode="overlap",
        cost_usd=usd(first(attributes, _COST)),
        success=not record.failed and _ERROR not in attributes,
    )


def _sums(attributes: Attributes, parts: int, reasoning: int) -> tuple[int, int]:
    """Input with `parts` and output with `reasoning`, which senders are to include.

    Some don't: then the parts exceed the whole, or the total shows it.
    """
    sent = tokens("input_tokens", first(attributes, _INPUT))
    generated = tokens("output_tokens", first(attributes, _OUTPUT))
    possible = [
        (input_, output)
        for input_ in _with_or_without(sent, parts)
        for output in _with_or_without(generated, reasoning)
    ]
    total = first(attributes, _TOTAL)
    if total is None:
        return possible[0]
    stated = tokens("total_tokens", total)
    return min(possible, key=lambda sums: abs(stated - sum(sums)))


def _with_or_without(whole: int, part: int) -> Iterator[int]:
    if part <= whole:
        yield whole
    if part:
        yield whole + part


def _identity(record: Record) -> str:
    """What the call is known by: often two spans tell of it, which share the response's id."""
    response = text(record.attributes.get(_RESPONSE))
    if response and not _REUSED(response):
        return short_id(response)
    if record.trace_id.strip("0") and record.span_id.strip("0"):
        return f"{record.trace_id}:{record.span_id}"
    return fingerprint(record)


def fingerprint(record: Record) -> str:
    """An identity for a record that tells none: the same record gets it again."""
    return str(UUID(bytes=digest(*record[:4], record.at)))
