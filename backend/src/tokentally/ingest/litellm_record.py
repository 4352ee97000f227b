"""One call as LiteLLM logs it (`StandardLoggingPayload`), made into an event as a sender states it.

LiteLLM brings the usage of every provider into one form: `prompt_tokens` include what was read from
and written to the cache, `completion_tokens` include reasoning. Only the fields below are read.
"""

from decimal import Decimal
from typing import Annotated

import msgspec

from tokentally.clock import rfc3339
from tokentally.ingest.digest import uuid_of
from tokentally.ingest.normalise import InvalidEvent, mode_of
from tokentally.models.event import Mode, SentEvent

SOURCE = "litellm"
LATEST_SECONDS = 2**32
"""Later times are no times at all; those that are merely wrong the rules of events refuse."""

_READ_AGAIN = {"get_responses", "aget_responses", "retrieve_batch", "aretrieve_batch"}
"""Calls that ask for what an earlier call made, as often as they like, and report its usage."""

Count = Annotated[int, msgspec.Meta(ge=0)] | None
Number = Annotated[Decimal, msgspec.Meta(extra_json_schema={"type": "number", "format": "double"})]


class Written(msgspec.Struct):
    """Tokens written to a cache, by how long they are kept."""

    ephemeral_1h_input_tokens: Count = None


class PromptDetails(msgspec.Struct):
    """Parts of the prompt; each provider fills in others."""

    cached_tokens: Count = None
    cache_write_tokens: Count = None
    cache_creation_tokens: Count = None
    cache_creation_token_details: Written | None = None


class CompletionDetails(msgspec.Struct):
    """Parts of the answer."""

    reasoning_tokens: Count = None


class Usage(msgspec.Struct):
    """The usage of a call, `{}` where it failed."""

    cache_read_input_tokens: Count = None
    cache_creation_input_tokens: Count = None
    prompt_tokens_details: PromptDetails | None = None
    completion_tokens_details: CompletionDetails | None = None


class Metadata(msgspec.Struct):
    """By whose key the call was made."""

    user_api_key_user_id: str | None = None
    user_api_key_alias: str | None = None
    user_api_key_team_alias: str | None = None
    user_api_key_team_id: str | None = None
    usage_object: Usage | None = None


class Record(msgspec.Struct):
    """What is read of a logged call; times are seconds since 1970, the cost is in USD."""

    id: Annotated[str, msgspec.Meta(min_length=1)]
    endTime: Number
    litellm_call_id: str | None = None
    call_type: str | None = None
    status: str | None = None
    cache_hit: bool | None = None
    model: str | None = None
    custom_llm_provider: str | None = None
    prompt_tokens: Count = None
    completion_tokens: Count = None
    total_tokens: Count = None
    response_cost: Number | None = None
    metadata: Metadata | None = None


def sent_event(record: Record) -> SentEvent:
    """The event that a logged call stands for; raises `InvalidEvent`.

    An answer out of LiteLLM's own cache is a call without tokens and cost: nothing was generated.
    A cost of 0 means that LiteLLM knows no price.
    """
    by = record.metadata or Metadata()
    event = SentEvent(
        event_id=_identity(record),
        occurred_at=_ended_at(record.endTime),
        source=SOURCE,
        model=_model(record),
        success=record.status != "failure",
        user=by.user_api_key_user_id or by.user_api_key_alias,
        team=by.user_api_key_team_alias or by.user_api_key_team_id,
    )
    if record.cache_hit:
        event.cost_usd = Decimal(0)
        return event
    event.cost_usd = record.response_cost or None
    _count(event, record, by.usage_object or Usage())
    return event


def _count(event: SentEvent, record: Record, usage: Usage) -> None:
    """Fill in the counts.

    The cache is no part of the prompt where the counts say that it can't be; reasoning, which
    LiteLLM may have estimated, is always a part of the answer.
    """
    prompt, answer = record.prompt_tokens or 0, record.completion_tokens or 0
    of_prompt = usage.prompt_tokens_details or PromptDetails()
    of_answer = usage.completion_tokens_details or CompletionDetails()
    cached = max(of_prompt.cached_tokens or 0, usage.cache_read_input_tokens or 0)
    written = max(
        of_prompt.cache_creation_tokens or 0,
        of_prompt.cache_write_tokens or 0,
        usage.cache_creation_input_tokens or 0,
    )
    for_an_hour = (of_prompt.cache_creation_token_details or Written()).ephemeral_1h_input_tokens
    reasoning = min(of_answer.reasoning_tokens or 0, answer)
    total = record.total_tokens or prompt + answer
    mode = mode_of(None, prompt, cached + written, answer, 0, total)
    event.pricing_mode = mode.name
    event.input_tokens = prompt
    event.cached_input_tokens = cached
    event.cache_write_tokens = written
    event.cache_write_1h_tokens = min(for_an_hour or 0, written)
    event.output_tokens = answer if mode is Mode.overlap else answer - reasoning
    event.reasoning_output_tokens = reasoning
    event.total_tokens = total


def _identity(record: Record) -> str:
    """What tells a call apart, however often it is sent.

    Neither id does alone: model servers repeat theirs, clients may choose LiteLLM's, and all
    attempts at a call share that. So the failed ones count once for each model, whatever follows.
    """
    if record.call_type in _READ_AGAIN:
        return uuid_of(record.id)
    return uuid_of(record.litellm_call_id or "", record.id, record.model or "")


def _model(record: Record) -> str | None:
    """The model with the provider in front, which LiteLLM leaves out where its own settings do."""
    if record.model and record.custom_llm_provider and "/" not in record.model:
        return f"{record.custom_llm_provider}/{record.model}"
    return record.model


def _ended_at(seconds: Decimal) -> str:
    if not (seconds.is_finite() and 0 <= seconds < LATEST_SECONDS):
        raise InvalidEvent("endTime", "must be seconds since 1970")
    return rfc3339(int((seconds * 1_000_000).to_integral_value()))
