"""JSON as Python writes it: with NaN and Infinity, which JSON has not."""

import re
from collections.abc import Callable
from typing import TypeVar

import msgspec

Text = msgspec.Raw | bytes
Read = TypeVar("Read")

MOST_REPLACED = 100_000
"""Of numbers that are none in a body; so many are a mistake, and would take memory."""

_UP_TO_NO_NUMBER = re.compile(
    rb'((?:[^"NI-]++|"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|N(?!aN)|I(?!nfinity)|-(?!Infinity))*+)'
    rb"(?:NaN|-?Infinity)",
    re.DOTALL,
)


def lenient(decode: Callable[[Text], Read], text: Text) -> Read:
    """What `decode` makes of the text, with `null` for the NaN and Infinity that Python writes."""
    try:
        return decode(text)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        return decode(_with_null_for_no_number(bytes(text)))


def _with_null_for_no_number(text: bytes) -> bytes:
    pieces: list[bytes] = []
    at = 0
    while len(pieces) < MOST_REPLACED and (found := _UP_TO_NO_NUMBER.match(text, at)):
        pieces.append(found[1])
        at = found.end()
    return b"null".join([*pieces, text[at:]])
