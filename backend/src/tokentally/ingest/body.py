"""Reading a request body within its limits."""

import zlib
from collections.abc import AsyncIterable

MAX_BODY_BYTES = 16 * 1024 * 1024
_GZIP = 31
_SLICE = 4096
"""Small, for what follows a member is copied: a body may hold very many tiny members."""


class BodyTooLarge(ValueError):
    """A body of more than it may have, as sent or after decompression."""

    def __init__(self, most: int = MAX_BODY_BYTES) -> None:
        shown = f"{most >> 20} MiB" if most >> 20 else f"{most >> 10} KiB"
        super().__init__(f"the body is larger than {shown}")


class BrokenCompression(ValueError):
    """A body that says it is gzip and is not, or is cut off."""


async def read_body(chunks: AsyncIterable[bytes], most: int = MAX_BODY_BYTES) -> bytes:
    """The whole body as sent; stops reading as soon as it is larger than `most` bytes."""
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > most:
            raise BodyTooLarge(most)
    return bytes(body)


def unzip(body: bytes, most: int = MAX_BODY_BYTES) -> bytes:
    """A gzip body (of one or more members) decompressed, never past `most` bytes."""
    plain = bytearray()
    member = zlib.decompressobj(wbits=_GZIP)
    for start in range(0, len(body), _SLICE):
        rest = body[start : start + _SLICE]
        while rest:
            if member.eof:
                member = zlib.decompressobj(wbits=_GZIP)
            try:
                plain += member.decompress(rest, most + 1 - len(plain))
            except zlib.error as error:
                raise BrokenCompression(f"the body is no valid gzip: {error}") from None
            if len(plain) > most:
                raise BodyTooLarge(most)
            rest = member.unused_data
    if not member.eof:
        raise BrokenCompression("the gzip body is cut off")
    return bytes(plain)
