"""From the text of a body to events: JSON or NDJSON, one bad event never costs the good ones."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from tokentally.ingest.normalise import (
    COUNT_RULE,
    RULES,
    InvalidEvent,
    Sender,
    normalise,
    source_of,
)
from tokentally.models.event import Event, SentEvent
from tokentally.models.half_pairs import without_half_pairs
from tokentally.store.outcomes import REJECTED
from tokentally.store.stats import Tally

MAX_EVENTS = 10_000
UNREADABLE = "no JSON object"
"""The reason, in statistics, against an event that could not be read at all."""

_FIELD = re.compile(r"at `\$\.(\w+)`").search
_MISSING = re.compile(r"missing required field `(\w+)`").search


class _Envelope(msgspec.Struct):
    events: list[msgspec.Raw]


class _Identified(msgspec.Struct):
    event_id: str


_decode_event = msgspec.json.Decoder(SentEvent).decode
_decode_id = msgspec.json.Decoder(_Identified).decode
_decode_array = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_envelope = msgspec.json.Decoder(_Envelope).decode


class MalformedBody(ValueError):
    """A body that can't be read as a whole; the message says where."""


class TooManyEvents(ValueError):
    """A body with more events than one request may bring."""


@dataclass(frozen=True)
class Refusal:
    """Why the event at `index` of a body was not taken."""

    index: int
    event_id: str | None
    field: str | None
    message: str


@dataclass
class Parsed:
    """The good events of a body with their places in it, and the refused ones."""

    events: list[Event] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    refused: Tally = field(default_factory=Tally, compare=False)

    def refuse(self, refusal: Refusal, source: str, reason: str) -> None:
        """Note a refused event, and count it for the statistics."""
        self.refusals.append(refusal)
        self.refused[source, REJECTED, reason] += 1


def parse_json(body: bytes, by: Sender) -> Parsed:
    """Events of `{"events": [...]}` or of a bare array; raises `MalformedBody`."""
    body = without_half_pairs(body)
    bare = body.lstrip()[:1] == b"["
    try:
        raw = _decode_array(body) if bare else _decode_envelope(body).events
    except msgspec.ValidationError:
        raise MalformedBody('expected {"events": [...]} or an array of events') from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        said = str(error).replace("Input data was truncated", f"it ends at byte {len(body)}")
        raise MalformedBody(f"the body is no valid JSON: {said}") from None
    return parse_events(raw, by)


def parse_ndjson(body: bytes, by: Sender) -> Parsed:
    """Events of a body with one JSON object a line; blank lines are passed over."""
    lines = without_half_pairs(body).split(b"\n")
    return parse_events([line for line in lines if line.strip()], by)


def parse_events(raw: Iterable[msgspec.Raw | bytes], by: Sender) -> Parsed:
    """Events from the JSON text of each; raises `TooManyEvents`."""
    texts = list(raw)
    require_few(texts)
    parsed = Parsed()
    for index, text in enumerate(texts):
        try:
            sent = _decode_event(text)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            at_fault, message = _fault(error)
            reason = f"{at_fault} {message}" if at_fault else UNREADABLE
            parsed.refuse(Refusal(index, _id_in(text), at_fault, message), "", reason)
            continue
        try:
            parsed.events.append(normalise(sent, by))
            parsed.places.append(index)
        except InvalidEvent as error:
            refusal = Refusal(index, _id_in(text), error.field, error.message)
            parsed.refuse(refusal, source_of(sent), error.reason)
    return parsed


def require_few(texts: Sequence[msgspec.Raw | bytes]) -> None:
    """Raises `TooManyEvents`."""
    if len(texts) > MAX_EVENTS:
        raise TooManyEvents(f"{len(texts)} events in one request; at most {MAX_EVENTS} are taken")


def _fault(error: Exception) -> tuple[str | None, str]:
    """The field at fault and its rule, from what the decoder says."""
    text = str(error)
    if missing := _MISSING(text):
        return missing[1], "is required"
    if not isinstance(error, msgspec.ValidationError):
        return None, f"is no valid JSON: {text}"
    if named := _FIELD(text):
        return named[1], RULES.get(named[1], COUNT_RULE)
    return None, "must be a JSON object"


def _id_in(text: msgspec.Raw | bytes) -> str | None:
    try:
        return _decode_id(text).event_id[:200]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
