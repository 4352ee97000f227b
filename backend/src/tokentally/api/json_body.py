"""Small JSON bodies in, JSON answers out."""

import re
from typing import Any, TypeVar

import msgspec
from fastapi import Request, Response

from tokentally.ingest.body import read_body
from tokentally.ingest.parse import MalformedBody
from tokentally.ingest.receive import UnsupportedBody

Body = TypeVar("Body")

_PLACE = re.compile(r"(.*) - at `\$\.?(.*)`")


async def read_json(request: Request, kind: type[Body]) -> Body:
    """The body as `kind`; raises `UnsupportedBody` and `MalformedBody`."""
    stated = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if stated != "application/json":
        raise UnsupportedBody(f"Content-Type {stated or 'none'!r}: send application/json")
    body = await read_body(request.stream())
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise MalformedBody(_said(str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedBody(f"the body is no valid JSON: {error}") from None


def answer(content: Any, status: int = 200) -> Response:
    """`content` as JSON."""
    return Response(msgspec.json.encode(content), status, media_type="application/json")


def _said(text: str) -> str:
    """`scopes: Expected …` for what the decoder calls ``Expected … - at `$.scopes` ``."""
    found = _PLACE.fullmatch(text)
    if not found:
        return text
    return f"{found[2]}: {found[1]}" if found[2] else found[1]
