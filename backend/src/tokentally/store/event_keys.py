"""Event ids as they are stored: a lower-case UUID takes 16 bytes, any other text its UTF-8.

Text that happens to have 16 bytes gets a first byte that never begins UTF-8, so that it can't be
mistaken for a UUID. Every id stands in the table and in the index by identity: this saves 40 bytes
an event for senders that use UUIDs.
"""

from uuid import UUID

_UUID_LENGTH = 16
_TEXT = b"\xff"


def pack(event_id: str) -> bytes:
    """The stored form of an event id."""
    if len(event_id) == 36 and event_id[8:24:5] == "----":
        digits = event_id.replace("-", "")
        try:
            number = bytes.fromhex(digits)
        except ValueError:
            return event_id.encode()
        if number.hex() == digits and len(number) == _UUID_LENGTH:  # lower case, and no spaces
            return number
    text = event_id.encode()
    return text if len(text) != _UUID_LENGTH else _TEXT + text


def unpack(key: bytes) -> str:
    """The event id of a stored form."""
    if len(key) == _UUID_LENGTH:
        return str(UUID(bytes=key))
    return key.removeprefix(_TEXT).decode()
