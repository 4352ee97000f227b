"""Decodes lines of JSON, and says in words why one can't be used."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from tokentally.models.half_pairs import without_half_pairs

Decoded = TypeVar("Decoded")

LARGEST_COUNT = 10**12
NOT_A_COUNT = "count is not a whole number from 0 to 10^12"
NOT_DECODED = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What the decoder raises, the last where brackets are nested by the thousand."""


class LineType(msgspec.Struct, gc=False):
    """What kind of line it is: the part that stays readable when another field is wrong."""

    type: str | None = None


_line_type = msgspec.json.Decoder(LineType)
_any = msgspec.json.Decoder(msgspec.Raw)


def decoded(decode: Callable[[bytes], Decoded], data: bytes) -> Decoded:
    """What `decode` makes of JSON, also where an agent cut an emoji in two."""
    try:
        return decode(data)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        return decode(without_half_pairs(data))


def fault_of(
    data: bytes, error: Exception, of_interest: Callable[[LineType], bool] = lambda _: True
) -> str | None:
    """Return the reason for a decoding error; None for blank lines and lines of no interest."""
    if not data.strip():
        return None
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8"
    if not isinstance(error, msgspec.ValidationError):
        return "not JSON"
    try:
        line = decoded(_line_type.decode, data)
    except msgspec.ValidationError as wrong_type:
        return "not a JSON object" if "`object`" in str(wrong_type) else None
    except NOT_DECODED as other:  # a wrong field came before what can't be decoded at all
        return fault_of(data, other, of_interest)
    if not of_interest(line):
        return None
    if "missing required field" in str(error):
        return "required field is missing"
    return NOT_A_COUNT if "tokens" in str(error) else "field of an unexpected type"


def is_whole(line: bytes) -> bool:
    """Say whether a line is a JSON value from its first to its last byte."""
    try:
        decoded(_any.decode, line)
    except NOT_DECODED:
        return False
    return True
