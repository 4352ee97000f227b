"""`/v1/traces`, `/v1/logs` and `/v1/metrics`: OpenTelemetry in, over HTTP."""

import asyncio
from functools import partial

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from tokentally.api.deps import Called, SentDep, still_allowed
from tokentally.api.otlp_description import ERRORS, LOGS, METRICS, TRACES, exported
from tokentally.auth.caller import LOCAL
from tokentally.ingest.body import read_body
from tokentally.ingest.export import Receiver
from tokentally.ingest.normalise import sender
from tokentally.ingest.otlp import JSON, PROTOBUF, Signal, read_export
from tokentally.ingest.receive import body_form

router = APIRouter(prefix="/v1", tags=["ingest"], responses=ERRORS)


@router.post("/traces", responses=exported("rejectedSpans"), openapi_extra=TRACES)
async def post_traces(request: Request, sent: SentDep) -> Response:
    """Store the calls of models among spans; all other spans are taken and dropped."""
    return await _export("traces", request, sent)


@router.post("/logs", responses=exported("rejectedLogRecords"), openapi_extra=LOGS)
async def post_logs(request: Request, sent: SentDep) -> Response:
    """Store the calls of models that log records tell of; all others are taken and dropped."""
    return await _export("logs", request, sent)


@router.post("/metrics", responses=exported("rejectedDataPoints"), openapi_extra=METRICS)
async def post_metrics(request: Request, sent: SentDep) -> Response:
    """Store what counters of tokens show, if the settings list their source."""
    return await _export("metrics", request, sent)


async def _export(signal: Signal, request: Request, sent: Called) -> Response:
    from tokentally.ingest.otlp_answers import answer_in  # its messages take memory and time

    form = body_form(request.headers, (PROTOBUF, JSON))
    body = await read_body(request.stream())
    export = await run_in_threadpool(partial(read_export, signal, body, form, _receiver(sent)))
    await still_allowed(request, sent)
    outcomes: list[str] = []
    if export.parsed.events or export.parsed.refused:
        delivery = export.delivery(sent.caller.stored_user)
        outcomes = await asyncio.wrap_future(sent.backend.writer.submit(delivery))
    content = answer_in(form.content_type, signal, *export.rejected(outcomes))
    return Response(content, media_type=form.content_type)


def _receiver(sent: Called) -> Receiver:
    may_name_users = sent.caller.may("ingest:any")
    return Receiver(
        by=sender(sent.caller.user, sent.backend.clock(), may_name_users=may_name_users),
        metrics_sources=frozenset(sent.backend.settings.otlp_metrics_sources),
        is_owner=sent.caller is LOCAL,
    )
