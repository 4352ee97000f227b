"""Event ids as they are stored: a lower-case UUID takes 17 bytes, any other text its UTF-8.

The first byte of a packed UUID never begins UTF-8 text, so the two can't be mistaken for each
other. Every event stands in the table and in the index by identity, so this saves 38 bytes an
event for senders that use UUIDs.
"""

from uuid import UUID

_UUID = b"\xff"


def pack(event_id: str) -> bytes:
    """The stored form of an event id."""
    if len(event_id) == 36 and event_id[8:24:5] == "----":
        digits = event_id.replace("-", "")
        try:
            number = bytes.fromhex(digits)
        except ValueError:
            return event_id.encode()
        if number.hex() == digits and len(number) == 16:  # lower case, and no spaces
            return _UUID + number
    return event_id.encode()


def unpack(key: bytes) -> str:
    """The event id of a stored form."""
    return str(UUID(bytes=key[1:])) if key[:1] == _UUID else key.decode()
