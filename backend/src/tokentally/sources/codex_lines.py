"""The part of a Codex rollout line that is about tokens; all else stays unread."""

import re
from typing import NamedTuple

import msgspec

from tokentally.sources.json_lines import (
    LARGEST_COUNT,
    NOT_A_COUNT,
    NOT_DECODED,
    LineType,
    decoded,
    fault_of,
)
from tokentally.sources.reading import Skipped

TYPES = frozenset({"session_meta", "turn_context", "event_msg", "token_usage_record"})


class Usage(msgspec.Struct, gc=False):
    """Counts as Codex states them: cached and cache write are in input, reasoning in output."""

    input_tokens: int | None = None
    cached_input_tokens: int | None = None
    cache_write_input_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_output_tokens: int | None = None
    total_tokens: int | None = None


class Info(msgspec.Struct, gc=False):
    """What `token_count` says: the sum of the session so far, and the last call."""

    total_token_usage: Usage | None = None
    last_token_usage: Usage | None = None


class HistoryBase(msgspec.Struct, gc=False):
    """Where a fork that doesn't replay its parent says who that is."""

    thread_id: str | None = None


class Payload(msgspec.Struct, gc=False):
    """`payload` of the line types that matter; which fields are set depends on the type."""

    type: str | None = None
    id: str | None = None
    forked_from_id: str | None = None
    history_mode: str | None = None
    history_base: HistoryBase | None = None
    source: msgspec.Raw = msgspec.Raw()
    model: str | None = None
    info: Info | None = None
    response_id: str | None = None
    usage: Usage | None = None
    thread_token_usage: Usage | None = None


class Line(msgspec.Struct, gc=False):
    """One line of a rollout."""

    type: str | None = None
    timestamp: str | None = None
    payload: Payload | None = None


class Spawn(msgspec.Struct, gc=False):
    """How a sub-agent was started."""

    parent_thread_id: str | None = None


class SubAgent(msgspec.Struct, gc=False):
    """`source.subagent`."""

    thread_spawn: Spawn | None = None


class Source(msgspec.Struct, gc=False):
    """`source` of a sub-agent; of other sessions it is only a word."""

    subagent: SubAgent | None = None


class Vector(NamedTuple):
    """Token counts, of a call or summed over a session."""

    input: int
    cached: int
    cache_write: int
    output: int
    reasoning: int
    total: int


# Most bytes are in lines that begin so: the conversation itself and its tools' output.
_of_other_type = re.compile(
    rb'\{"timestamp":"[^"]*",(?:"ordinal":\d+,)?"type":"'
    rb'(?:response_item"|event_msg","payload":\{"type":"(?!token_count"))'
).match
_line = msgspec.json.Decoder(Line)
_source = msgspec.json.Decoder(Source)


def may_matter(data: bytes) -> bool:
    """Say whether a line must be decoded, by as few looks at its bytes as possible."""
    if _of_other_type(data):
        return False
    return (
        b'"token_' in data
        or b'"turn_context"' in data
        or b'"session_meta"' in data
        or data[:1] != b"{"
    )


def decode_line(data: bytes, skipped: Skipped) -> Line | None:
    """Return the line, or None (and count it) if it can't be read and may have mattered."""
    try:
        return decoded(_line.decode, data)
    except NOT_DECODED as error:
        reason = fault_of(data, error, of_interest=_is_of_interest)
        if reason is not None:
            skipped.line(reason)
        return None


def _is_of_interest(line: LineType) -> bool:
    return line.type in TYPES


def parent_of(payload: Payload) -> str | None:
    """Return the session that a session was forked from or started by, if any."""
    if payload.forked_from_id:
        return payload.forked_from_id
    if payload.history_base is not None and payload.history_base.thread_id:
        return payload.history_base.thread_id
    try:
        source = _source.decode(payload.source or b"{}")
    except msgspec.ValidationError:
        return None
    spawn = source.subagent.thread_spawn if source.subagent else None
    return spawn.parent_thread_id if spawn else None


def vector_of(usage: Usage | None, skipped: Skipped) -> Vector | None:
    """Return the counts, or None if there are none or (counted) one can't be a count."""
    if usage is None:
        return None
    sent_input, output = usage.input_tokens or 0, usage.output_tokens or 0
    vector = Vector(
        sent_input,
        usage.cached_input_tokens or 0,
        usage.cache_write_input_tokens or 0,
        output,
        usage.reasoning_output_tokens or 0,
        usage.total_tokens or sent_input + output,
    )
    if min(vector) < 0 or max(vector) > LARGEST_COUNT:
        skipped.line(NOT_A_COUNT)
        return None
    return vector
