"""Bodies of LiteLLM's generic API callback: an array of logged calls, one, or one a line."""

import re
from collections.abc import Callable, Sequence
from functools import partial

import msgspec

from tokentally.ingest.litellm_record import SOURCE, Record, sent_event
from tokentally.ingest.normalise import InvalidEvent, Sender, normalise
from tokentally.ingest.parse import (
    UNREADABLE,
    MalformedBody,
    Parsed,
    Refusal,
    require_few,
)
from tokentally.ingest.python_json import Text, lenient
from tokentally.models.half_pairs import without_half_pairs

_PLACE = re.compile(r"(.*) - at `\$\.(.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(\w+)`").match


class _Identified(msgspec.Struct):
    id: str


_decode_record = msgspec.json.Decoder(Record).decode
_decode_id = msgspec.json.Decoder(_Identified).decode
_decode_array = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_value = msgspec.json.Decoder(msgspec.Raw).decode

_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def parse_litellm(body: bytes, by: Sender) -> Parsed:
    """The events of a body; raises `MalformedBody` and `TooManyEvents`."""
    records = _records(without_half_pairs(body).strip())
    require_few(records)
    parsed = Parsed()
    for index, text in enumerate(records):
        try:
            parsed.events.append(normalise(sent_event(_record(text)), by))
            parsed.places.append(index)
        except InvalidEvent as error:
            refusal = Refusal(index, _id_in(text), error.field, error.message)
            parsed.refuse(refusal, SOURCE, error.reason if error.field else UNREADABLE)
    return parsed


def _records(body: bytes) -> Sequence[Text]:
    """The JSON text of each call; LiteLLM says `application/json` of lines too."""
    try:
        if body.startswith(b"["):
            return lenient(_decode_array, body)
        return _one_or_lines(body)
    except _UNREADABLE as error:
        said = str(error).replace("Input data was truncated", f"it ends at byte {len(body)}")
        raise MalformedBody(f"the body is no valid JSON: {said}") from None


def _one_or_lines(body: bytes) -> Sequence[Text]:
    """Lines if one of them is an object of its own; a call alone may have several lines too."""
    if not _is_object(body, _decode_value):
        lines = [line for line in body.split(b"\n") if line.strip()]
        if len(lines) > 1:
            require_few(lines)
            if any(_is_object(line, partial(lenient, _decode_value)) for line in lines):
                return lines
    return [lenient(_decode_value, body)]


def _is_object(text: bytes, decode: Callable[[bytes], msgspec.Raw]) -> bool:
    try:
        return bytes(decode(text)).lstrip().startswith(b"{")
    except _UNREADABLE:
        return False


def _record(text: Text) -> Record:
    try:
        return lenient(_decode_record, text)
    except _UNREADABLE as error:
        raise InvalidEvent(*_fault(error)) from None


def _fault(error: Exception) -> tuple[str | None, str]:
    """The field at fault and its rule, from what the decoder says."""
    said = str(error)
    if missing := _MISSING(said):
        return missing[1], "is required"
    if placed := _PLACE.fullmatch(said):
        return placed[2], placed[1][:1].lower() + placed[1][1:]
    if isinstance(error, msgspec.ValidationError):
        return None, "must be a JSON object"
    return None, f"is no valid JSON: {said}"


def _id_in(text: Text) -> str | None:
    try:
        return _decode_id(text).id[:200]
    except _UNREADABLE:
        return None
