"""What a recording of Gemini CLI says of calls: its messages, alone or as part of a record."""

from collections.abc import Callable, Iterator

import msgspec

from tokentally.models.event import SentEvent
from tokentally.sources.json_lines import NOT_DECODED, Decoded, decoded, fault_of
from tokentally.sources.reading import Skipped

SOURCE = "gemini"


class _Tokens(msgspec.Struct, gc=False):
    """Counts of one answer, each apart from the others but `cached`, which is part of `input`."""

    input: int = 0
    output: int = 0
    cached: int = 0
    thoughts: int = 0
    tool: int = 0
    total: int | None = None


class _Message(msgspec.Struct, gc=False):
    id: str | None = None
    timestamp: str | None = None
    model: str | None = None
    tokens: _Tokens | None = None


class _Changes(msgspec.Struct, gc=False):
    messages: list[msgspec.Raw] = []


class _Record(_Message, gc=False):
    """A message, a change that brings messages, or a whole recording: each message is apart."""

    messages: list[msgspec.Raw] = []
    changes: _Changes | None = msgspec.field(default=None, name="$set")


_record = msgspec.json.Decoder(_Record).decode
_message = msgspec.json.Decoder(_Message).decode


def events_in(data: bytes, skipped: Skipped) -> Iterator[SentEvent]:
    """The calls that one record (a line, or a whole file) tells of."""
    record = _read(_record, data, skipped)
    if record is None:
        return
    brought = record.changes.messages if record.changes else []
    apart = (_read(_message, bytes(each), skipped) for each in (*record.messages, *brought))
    for message in (record, *apart):
        if message is None or message.tokens is None:
            continue
        if message.id and message.timestamp:
            yield _event(message.id, message.timestamp, message.model, message.tokens)
        else:
            skipped.line("message without id or time")


def _read(decode: Callable[[bytes], Decoded], data: bytes, skipped: Skipped) -> Decoded | None:
    """What tells of tokens, if it can be read."""
    if b'"tokens"' not in data:
        return None
    try:
        return decoded(decode, data)
    except NOT_DECODED as error:
        reason = fault_of(data, error)
        if reason is not None:
            skipped.line(reason)
        return None


def _event(message_id: str, time: str, model: str | None, tokens: _Tokens) -> SentEvent:
    """What tools gave back is handed to the model, and billed as input: it is no answer."""
    return SentEvent(
        event_id=message_id,
        occurred_at=time,
        source=SOURCE,
        model=model,
        input_tokens=tokens.input + tokens.tool,
        cached_input_tokens=tokens.cached,
        output_tokens=tokens.output + tokens.thoughts,
        reasoning_output_tokens=tokens.thoughts,
        total_tokens=tokens.total or None,
        pricing_mode="overlap",
    )
