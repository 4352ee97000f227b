"""`POST /v1/events`: token events in."""

import asyncio

import msgspec
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from tokentally.api.deps import SentDep, still_allowed
from tokentally.api.description import body_of_events, problems
from tokentally.ingest.body import read_body
from tokentally.ingest.normalise import Sender, sender
from tokentally.ingest.parse import Parsed
from tokentally.ingest.receive import (
    IngestAnswer,
    body_form,
    delivery_of,
    ingest_answer,
    parse_body,
)

PARSED_ON_THE_LOOP_BYTES = 16_384

_ERRORS = problems(
    {
        400: "The body is malformed or cut off; nothing was stored.",
        413: "More than 16 MiB or 10,000 events; nothing was stored.",
        415: "A content type or encoding that can't be read.",
        503: "The store is down or full; send it again later.",
    }
)
_BODY = {"requestBody": body_of_events()}

router = APIRouter(prefix="/v1", tags=["ingest"], responses=_ERRORS)


@router.post("/events", response_model=IngestAnswer, openapi_extra=_BODY)
async def post_events(request: Request, sent: SentDep) -> Response:
    """Store events; answered once they are on disk. One bad event never costs the good ones."""
    may_name_users = sent.caller.may("ingest:any")
    by = sender(sent.caller.user, sent.backend.clock(), may_name_users=may_name_users)
    parsed = await _parsed(request, by)
    await still_allowed(request, sent)
    outcomes = await asyncio.wrap_future(
        sent.backend.writer.submit(delivery_of(parsed, sent.caller.stored_user))
    )
    answer = msgspec.json.encode(ingest_answer(parsed, outcomes))
    return Response(answer, media_type="application/json")


async def _parsed(request: Request, by: Sender) -> Parsed:
    form = body_form(request.headers)
    body = await read_body(request.stream())
    if len(body) <= PARSED_ON_THE_LOOP_BYTES and not form.gzipped:
        return parse_body(body, form, by)
    return await run_in_threadpool(parse_body, body, form, by)
