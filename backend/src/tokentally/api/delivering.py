"""What every door for events does: read a body, store its events, answer when they are on disk."""

import asyncio
from collections.abc import Callable

import msgspec
from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from tokentally.api.deps import Called, still_allowed
from tokentally.api.description import problems
from tokentally.ingest.body import read_body
from tokentally.ingest.normalise import Sender, sender
from tokentally.ingest.parse import Parsed
from tokentally.ingest.receive import BodyForm, body_form, delivery_of, ingest_answer

PARSED_ON_THE_LOOP_BYTES = 16_384

ERRORS = problems(
    {
        400: "The body is malformed or cut off; nothing was stored.",
        413: "More than 16 MiB or 10,000 events; nothing was stored.",
        415: "A content type or encoding that can't be read.",
        503: "The store is down or full; send it again later.",
    }
)

Parse = Callable[[bytes, BodyForm, Sender], Parsed]
"""Makes events of a body as sent, in the form that its headers state."""


async def deliver(request: Request, sent: Called, parse: Parse) -> Response:
    """Store the events of a request's body, and say how each kind ended."""
    may_name_users = sent.caller.may("ingest:any")
    by = sender(sent.caller.user, sent.backend.clock(), may_name_users=may_name_users)
    parsed = await _parsed(request, by, parse)
    await still_allowed(request, sent)
    outcomes = await asyncio.wrap_future(
        sent.backend.writer.submit(delivery_of(parsed, sent.caller.stored_user))
    )
    answer = msgspec.json.encode(ingest_answer(parsed, outcomes))
    return Response(answer, media_type="application/json")


async def _parsed(request: Request, by: Sender, parse: Parse) -> Parsed:
    form = body_form(request.headers)
    body = await read_body(request.stream())
    if len(body) <= PARSED_ON_THE_LOOP_BYTES and not form.gzipped:
        return parse(body, form, by)
    return await run_in_threadpool(parse, body, form, by)
