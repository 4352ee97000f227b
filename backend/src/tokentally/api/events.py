"""`POST /v1/events`: token events in."""

from fastapi import APIRouter, Request, Response

from tokentally.api.delivering import ERRORS, deliver
from tokentally.api.deps import SentDep
from tokentally.api.description import body_of_events
from tokentally.ingest.receive import IngestAnswer, parse_body

_BODY = {"requestBody": body_of_events()}

router = APIRouter(prefix="/v1", tags=["ingest"], responses=ERRORS)


@router.post("/events", response_model=IngestAnswer, openapi_extra=_BODY)
async def post_events(request: Request, sent: SentDep) -> Response:
    """Store events; answered once they are on disk. One bad event never costs the good ones."""
    return await deliver(request, sent, parse_body)
