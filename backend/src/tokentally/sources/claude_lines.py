"""The part of a Claude Code transcript line that is about tokens; all else stays unread."""

from decimal import Decimal

import msgspec

from tokentally.sources.json_lines import NOT_DECODED, decoded, fault_of
from tokentally.sources.reading import Skipped


class CacheWrites(msgspec.Struct, gc=False):
    """Cache writes by lifetime, as the API splits them."""

    ephemeral_5m_input_tokens: int | None = None
    ephemeral_1h_input_tokens: int | None = None


class Usage(msgspec.Struct, gc=False):
    """`message.usage`: disjoint counts; output includes thinking."""

    input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    output_tokens: int | None = None
    cache_creation: CacheWrites | None = None
    iterations: list["Iteration"] | None = None


class Iteration(Usage, gc=False):
    """One pass of a response; an advisor's is a call of its own, to another model."""

    type: str | None = None
    model: str | None = None


class Message(msgspec.Struct, gc=False):
    """`message` of a line."""

    id: str | None = None
    model: str | None = None
    usage: Usage | None = None


class Line(msgspec.Struct, gc=False):
    """One line of a transcript."""

    type: str | None = None
    timestamp: str | None = None
    request_id: str | None = msgspec.field(default=None, name="requestId")
    is_sidechain: bool | None = msgspec.field(default=None, name="isSidechain")
    is_api_error: bool | None = msgspec.field(default=None, name="isApiErrorMessage")
    cost_usd: Decimal | None = msgspec.field(default=None, name="costUSD")
    message: Message | None = None


_line = msgspec.json.Decoder(Line)


def may_matter(lines: list[bytes]) -> list[tuple[int, bytes]]:
    """Return the lines that must be decoded, each with its index.

    Text that quotes the word has its quotes escaped, so that this finds real keys only.
    """
    return [
        (index, line) for index, line in enumerate(lines) if b'"usage"' in line or line[:1] != b"{"
    ]


def decode_line(data: bytes, skipped: Skipped) -> Line | None:
    """Return the line if it is a model call with usage; count what was expected to be one."""
    try:
        line = decoded(_line.decode, data)
    except NOT_DECODED as error:
        reason = fault_of(data, error, of_interest=lambda line: line.type == "assistant")
        if reason is not None:
            skipped.line(reason)
        return None
    if line.type != "assistant":
        return None
    reason = _reason_to_skip(line)
    if reason is None:
        return line
    skipped.line(reason)
    return None


def _reason_to_skip(line: Line) -> str | None:
    if line.is_api_error:
        return "API error message"
    if line.message is None or line.message.usage is None:
        return "no usage"
    if line.message.model == "<synthetic>":
        return "synthetic message"
    if not line.timestamp:
        return "no time"
    return None
