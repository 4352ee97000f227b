"""From a transcript line to the model calls that it tells of."""

from decimal import Decimal
from typing import NamedTuple

from tokentally.models.event import SentEvent, short_id
from tokentally.sources.claude_lines import CacheWrites, Line, Usage, decode_line
from tokentally.sources.json_lines import LARGEST_COUNT, NOT_A_COUNT
from tokentally.sources.reading import Skipped

NO_SPLIT = CacheWrites(0, 0)


class Call(NamedTuple):
    """A call and what identifies it; `events` (the call, then its advisors') have no id yet.

    `context` is input, cache write and cache read: constant while one response is streamed.
    """

    message_id: str
    request_id: str
    is_sidechain: bool
    context: str
    events: list[SentEvent]
    advisor_indexes: list[int]


def call_of(data: bytes, skipped: Skipped) -> Call | None:
    """Return the call in a line, or None if there is none to be counted."""
    line = decode_line(data, skipped)
    if line is None or line.message is None or line.message.usage is None:
        return None
    usage = line.message.usage
    event = _event(line, line.message.model, usage)
    if event is None:
        skipped.line(NOT_A_COUNT)
        return None
    event.cost_usd = _cost(line.cost_usd, skipped)
    call = Call(
        line.message.id or "",
        line.request_id or "",
        bool(line.is_sidechain),
        f"{event.input_tokens}:{event.cache_write_tokens}:{event.cached_input_tokens}",
        [event],
        [],
    )
    if usage.iterations:
        _add_advice(call, line, usage, skipped)
    return call


def named(call: Call, event_id: str) -> list[SentEvent]:
    """Return the events with their ids; an advisor's is the message id and its index."""
    call.events[0].event_id = short_id(event_id)
    for index, event in zip(call.advisor_indexes, call.events[1:], strict=True):
        event.event_id = short_id(f"{call.message_id or event_id}:{index}")
    return call.events


def _event(line: Line, model: str | None, usage: Usage) -> SentEvent | None:
    split = usage.cache_creation or NO_SPLIT
    write_1h = split.ephemeral_1h_input_tokens or 0
    write = usage.cache_creation_input_tokens
    if write is None:
        write = write_1h + (split.ephemeral_5m_input_tokens or 0)
    counts = (
        usage.input_tokens or 0,
        write,
        usage.cache_read_input_tokens or 0,
        usage.output_tokens or 0,
    )
    if min(counts) < 0 or max(counts) > LARGEST_COUNT or write_1h < 0:
        return None
    return SentEvent(
        event_id="",
        occurred_at=line.timestamp or "",
        source="claude",
        model=model,
        input_tokens=counts[0],
        cached_input_tokens=counts[2],
        cache_write_tokens=write,
        cache_write_1h_tokens=min(write_1h, write),
        output_tokens=counts[3],
        total_tokens=sum(counts),
        pricing_mode="add",
    )


def _cost(cost: Decimal | None, skipped: Skipped) -> Decimal | None:
    """The cost that old versions wrote; a negative one must not cost us the tokens."""
    if cost is not None and cost < 0:
        skipped.line("negative cost left out")
        return None
    return cost


def _add_advice(call: Call, line: Line, usage: Usage, skipped: Skipped) -> None:
    """Add the calls to an advisor, which the counts of the message don't contain."""
    for index, iteration in enumerate(usage.iterations or ()):
        if iteration.type != "advisor_message":
            continue
        event = _event(line, iteration.model, iteration)
        if event is None:
            skipped.line(NOT_A_COUNT)
        else:
            call.events.append(event)
            call.advisor_indexes.append(index)
