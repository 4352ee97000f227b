"""Answers as OpenAI, Anthropic and Gemini give them, with usage as each of them states it.

The number of a call says how much it used.
"""

import time
from typing import Any, NamedTuple

Json = dict[str, Any]

REPEATED_ID = "chatcmpl-7"
"""Some servers of models make ids of three digits."""


class Used(NamedTuple):
    """The tokens of a call, in our words: cached and written are parts of input."""

    input: int = 0
    cached: int = 0
    written: int = 0
    written_1h: int = 0
    output: int = 0
    reasoning: int = 0


def used_by(number: int, *, writes: bool = False, reasons: bool = True) -> Used:
    """The tokens of call `number`, at a provider that reports cache writes and reasoning or not."""
    cached = number % 5 * 256
    written = number % 3 * 100 if writes else 0
    return Used(
        input=11 + number % 97 + cached + written,
        cached=cached,
        written=written,
        written_1h=written // 4,
        output=5 + number % 31,
        reasoning=number % 6 if reasons else 0,
    )


def _openai_usage(number: int) -> Json:
    used = used_by(number)
    return {
        "prompt_tokens": used.input,
        "completion_tokens": used.output,
        "total_tokens": used.input + used.output,
        "prompt_tokens_details": {"cached_tokens": used.cached},
        "completion_tokens_details": {"reasoning_tokens": used.reasoning},
    }


def openai(number: int, model: str) -> Json:
    """A chat completion; thinking is a part of the answer, what is cached of the prompt."""
    message = {"role": "assistant", "content": "Hello."}
    return {
        "id": REPEATED_ID if model == "small" else f"chatcmpl-{number}-{time.time_ns()}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": _openai_usage(number),
    }


def openai_stream(number: int, model: str, *, wants_usage: bool) -> list[Json]:
    """The same in chunks, the usage in the last where it is asked for."""
    whole = openai(number, model)
    usage = whole.pop("usage")
    chunk = whole | {"object": "chat.completion.chunk"}
    said = [{"index": 0, "delta": {"role": "assistant", "content": "Hello."}}]
    end = [{"index": 0, "delta": {}, "finish_reason": "stop"}]
    last = [{"choices": [], "usage": usage}] if wants_usage else []
    chunks: list[Json] = [{"choices": said}, {"choices": end}, *last]
    return [*({"data": chunk | part} for part in chunks), {"data": "[DONE]"}]


def responses(number: int, model: str) -> Json:
    """An answer of the Responses API."""
    used = used_by(number)
    text = {"type": "output_text", "text": "Hello.", "annotations": []}
    return {
        "id": f"resp_{number}_{time.time_ns()}",
        "object": "response",
        "created_at": int(time.time()),
        "status": "completed",
        "model": model,
        "output": [
            {
                "id": f"msg_{number}",
                "type": "message",
                "role": "assistant",
                "status": "completed",
                "content": [text],
            }
        ],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": {
            "input_tokens": used.input,
            "input_tokens_details": {"cached_tokens": used.cached},
            "output_tokens": used.output,
            "output_tokens_details": {"reasoning_tokens": used.reasoning},
            "total_tokens": used.input + used.output,
        },
    }


def _anthropic_usage(number: int) -> Json:
    """Cache reads and writes are no part of the input here."""
    used = used_by(number, writes=True, reasons=False)
    return {
        "input_tokens": used.input - used.cached - used.written,
        "cache_read_input_tokens": used.cached,
        "cache_creation_input_tokens": used.written,
        "cache_creation": {
            "ephemeral_5m_input_tokens": used.written - used.written_1h,
            "ephemeral_1h_input_tokens": used.written_1h,
        },
        "output_tokens": used.output,
    }


def anthropic(number: int) -> Json:
    """A message; what the cache holds is no part of the input."""
    return {
        "id": f"msg_{number}_{time.time_ns()}",
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-4-5",
        "content": [{"type": "text", "text": "Hello."}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": _anthropic_usage(number),
    }


def anthropic_stream(number: int) -> list[Json]:
    """The same in events: the counts of the prompt come first, those of the answer last."""
    usage = _anthropic_usage(number)
    begun = anthropic(number) | {"content": [], "usage": usage | {"output_tokens": 1}}
    events: list[Json] = [
        {"type": "message_start", "message": begun},
        {
            "type": "content_block_start",
            "index": 0,
            "content_block": {"type": "text", "text": ""},
        },
        {
            "type": "content_block_delta",
            "index": 0,
            "delta": {"type": "text_delta", "text": "Hello."},
        },
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn", "stop_sequence": None},
            "usage": {"output_tokens": usage["output_tokens"]},
        },
        {"type": "message_stop"},
    ]
    return [{"event": event["type"], "data": event} for event in events]


def gemini(number: int) -> Json:
    """Thoughts are no part of the candidates here; what is cached is a part of the prompt."""
    used = used_by(number)
    part = {"role": "model", "parts": [{"text": "Hello."}]}
    return {
        "responseId": f"gemini-{number}-{time.time_ns()}",
        "modelVersion": "gemini-2.5-flash",
        "candidates": [{"index": 0, "finishReason": "STOP", "content": part}],
        "usageMetadata": {
            "promptTokenCount": used.input,
            "cachedContentTokenCount": used.cached,
            "candidatesTokenCount": used.output - used.reasoning,
            "thoughtsTokenCount": used.reasoning,
            "totalTokenCount": used.input + used.output,
        },
    }
