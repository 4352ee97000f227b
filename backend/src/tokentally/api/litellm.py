"""`POST /v1/ingest/litellm`: calls as LiteLLM's generic API callback logs them."""

from fastapi import APIRouter, Request, Response

from tokentally.api.delivering import ERRORS, deliver
from tokentally.api.deps import SentDep
from tokentally.api.litellm_description import CALLS
from tokentally.ingest.body import unzip
from tokentally.ingest.litellm import parse_litellm
from tokentally.ingest.normalise import Sender
from tokentally.ingest.parse import Parsed
from tokentally.ingest.receive import BodyForm, IngestAnswer

router = APIRouter(prefix="/v1/ingest", tags=["ingest"], responses=ERRORS)


@router.post("/litellm", response_model=IngestAnswer, openapi_extra=CALLS)
async def post_litellm_calls(request: Request, sent: SentDep) -> Response:
    """Store calls of a LiteLLM proxy; answered once they are on disk."""
    return await deliver(request, sent, _parse)


def _parse(body: bytes, form: BodyForm, by: Sender) -> Parsed:
    return parse_litellm(unzip(body) if form.gzipped else body, by)
