"""Telemetry through HTTP: spans of calls, as the batches of an exporter bring them."""

import asyncio
from pathlib import Path
from uuid import UUID

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from benchmarks.database import batches, file_url
from benchmarks.load import load
from benchmarks.measure import Figure, seconds
from benchmarks.server import exchange, post, running_server
from tokentally.models.event import Event

BATCH = 512
"""What exporters send at once unless told otherwise."""

_PROMPT = "a prompt that nobody reads " * 16


def spans_through_http(folder: Path) -> list[Figure]:
    """Spans in protobuf, with prompts and what else they carry, from 4 clients."""
    events = batches(load(200_000, ordered=True, seed=5), BATCH, 200)
    bodies = [_export(batch) for batch in events]
    requests = [post("/v1/traces", body, "application/x-protobuf") for body in bodies]
    with running_server(file_url(folder / "spans.db")) as server:
        took = seconds(lambda: asyncio.run(exchange(server.host, server.port, requests, 4)))
    rate = BATCH * len(requests) / took
    return [Figure(f"spans through HTTP, batches of {BATCH}", rate, "spans/s", ">= 20,000")]


def _export(events: list[Event]) -> bytes:
    request = ExportTraceServiceRequest()
    group = request.resource_spans.add()
    group.resource.attributes.add(key="service.name").value.string_value = "kettle-shop"
    spans = group.scope_spans.add()
    for event in events:
        _fill(spans.spans.add(), event)
    return request.SerializeToString()


def _fill(span: Span, event: Event) -> None:
    span.trace_id = UUID(event.event_id).bytes
    span.span_id = span.trace_id[:8]
    span.name = f"chat {event.model}"
    span.end_time_unix_nano = event.occurred_at * 1000
    texts = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": event.model,
        "gen_ai.response.model": event.model,
        "gen_ai.response.id": f"chatcmpl-{event.event_id}",
        "gen_ai.input.messages": _PROMPT,
        "user.name": event.user,
    }
    for name, text in texts.items():
        span.attributes.add(key=name).value.string_value = text
    counts = {"input": event.input_tokens, "output": event.output_tokens}
    for name, number in (counts | {"cache_read.input": event.cached_input_tokens}).items():
        span.attributes.add(key=f"gen_ai.usage.{name}_tokens").value.int_value = number
