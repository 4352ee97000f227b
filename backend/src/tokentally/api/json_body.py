"""Small JSON bodies in, JSON answers out."""

import re
from typing import Any, TypeVar

import msgspec
from fastapi import Request, Response

from tokentally.api.deps import Called, still_allowed
from tokentally.ingest.body import read_body
from tokentally.ingest.parse import MalformedBody
from tokentally.ingest.receive import UnsupportedBody

Body = TypeVar("Body")

MAX_BYTES = 64 * 1024

_PLACE = re.compile(r"(.*) - at `\$\.?(.*)`")


async def read_json(request: Request, called: Called, kind: type[Body]) -> Body:
    """The body as `kind`; raises `UnsupportedBody`, `BodyTooLarge` and `MalformedBody`."""
    require_json(request)
    body = await read_body(request.stream(), MAX_BYTES)
    await still_allowed(request, called)
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise MalformedBody(_said(str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedBody(f"the body is no valid JSON: {error}") from None


def require_json(request: Request) -> None:
    """Raises `UnsupportedBody` if the body isn't said to be JSON."""
    stated = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if stated != "application/json":
        raise UnsupportedBody(f"Content-Type {stated or 'none'!r}: send application/json")


def answer(content: Any, status: int = 200) -> Response:
    """`content` as JSON."""
    headers = {"Cache-Control": "no-store"}
    return Response(msgspec.json.encode(content), status, headers, "application/json")


def _said(text: str) -> str:
    """`scopes: Expected …` for what the decoder calls ``Expected … - at `$.scopes` ``."""
    found = _PLACE.fullmatch(text)
    if not found:
        return text
    return f"{found[2]}: {found[1]}" if found[2] else found[1]
