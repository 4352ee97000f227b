"""What a message of OpenCode says of the calls that it took to answer."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from tokentally.models.event import SentEvent
from tokentally.sources.json_lines import NOT_DECODED, decoded, fault_of
from tokentally.sources.reading import Skipped

SOURCE = "opencode"


class _Cache(msgspec.Struct, gc=False):
    read: int = 0
    write: int = 0


class _Tokens(msgspec.Struct, gc=False):
    """Counts that are all apart from each other."""

    input: int = 0
    output: int = 0
    reasoning: int = 0
    cache: _Cache = msgspec.field(default_factory=_Cache)


class _Time(msgspec.Struct, gc=False):
    """Milliseconds since 1970, as far as calendars go."""

    created: Annotated[int, msgspec.Meta(ge=0, le=253_402_300_799_999)]


class _Message(msgspec.Struct, gc=False):
    time: _Time
    role: str | None = None
    model: str | None = msgspec.field(default=None, name="modelID")
    provider: str | None = msgspec.field(default=None, name="providerID")
    cost: Decimal | None = None
    tokens: _Tokens | None = None


class _Step(msgspec.Struct, gc=False):
    """One call: a message may take several."""

    tokens: _Tokens = msgspec.field(default_factory=_Tokens)


_message = msgspec.json.Decoder(_Message)
_steps = msgspec.json.Decoder(list[_Step])


def event_of(message_id: str, data: bytes, steps: bytes, skipped: Skipped) -> SentEvent | None:
    """The usage of an answer; None for what a user wrote, and what was not answered (yet).

    `steps` are the calls that the answer took, if they are known: of several the message itself
    tells the last alone.
    """
    try:
        message, calls = decoded(_message.decode, data), _steps.decode(steps)
    except NOT_DECODED as error:
        reason = fault_of(data, error)
        if reason is not None:
            skipped.line(reason)
        return None
    if message.role != "assistant":
        return None
    counts = [call.tokens for call in calls] or ([message.tokens] if message.tokens else [])
    event = _summed(message_id, message, counts)
    return event if event.total_tokens else None


def _summed(message_id: str, message: _Message, counts: Sequence[_Tokens]) -> SentEvent:
    at = datetime.fromtimestamp(message.time.created / 1000, UTC)
    fresh, answer = sum(each.input for each in counts), sum(each.output for each in counts)
    reasoning = sum(each.reasoning for each in counts)
    read, written = (
        sum(each.cache.read for each in counts),
        sum(each.cache.write for each in counts),
    )
    return SentEvent(
        event_id=message_id,
        occurred_at=at.isoformat(timespec="milliseconds"),
        source=SOURCE,
        model="/".join(name for name in (message.provider, message.model) if name) or None,
        input_tokens=fresh,
        cached_input_tokens=read,
        cache_write_tokens=written,
        output_tokens=answer,
        reasoning_output_tokens=reasoning,
        total_tokens=fresh + read + written + answer + reasoning,
        pricing_mode="add",
        cost_usd=message.cost or None,
    )
