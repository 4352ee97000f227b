"""JSON bodies whose shape their endpoint looks at itself."""

from typing import Any

import msgspec
from fastapi import Request
from starlette.concurrency import run_in_threadpool

from tokentally.api.deps import Called, still_allowed
from tokentally.api.json_body import require_json
from tokentally.ingest.body import read_body, unzip
from tokentally.ingest.parse import MalformedBody
from tokentally.ingest.receive import body_form


async def read_any_json(request: Request, called: Called, most: int) -> Any:
    """What the body, of up to `most` bytes, says; gzip is taken.

    Raises `UnsupportedBody`, `BodyTooLarge`, `BrokenCompression` and `MalformedBody`.
    """
    require_json(request)
    form = body_form(request.headers)
    body = await read_body(request.stream(), most)
    await still_allowed(request, called)
    return await run_in_threadpool(_decoded, body, most, gzipped=form.gzipped)


def _decoded(body: bytes, most: int, *, gzipped: bool) -> Any:
    try:
        return msgspec.json.decode(unzip(body, most) if gzipped else body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise MalformedBody("Invalid JSON") from None
