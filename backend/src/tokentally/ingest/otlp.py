"""Export requests of OpenTelemetry: what the body of each signal becomes."""

from collections.abc import Iterable
from types import ModuleType
from typing import Literal

from tokentally.ingest import otlp_agents, otlp_genai, otlp_json, otlp_whose
from tokentally.ingest.body import unzip
from tokentally.ingest.export import Export, Receiver
from tokentally.ingest.normalise import InvalidEvent, normalise
from tokentally.ingest.otlp_agents import agent_of, call_of_agent_event, call_of_agent_span
from tokentally.ingest.otlp_genai import call_of_event, call_of_span, is_call, tells_nothing_new
from tokentally.ingest.otlp_metrics import METRICS, metered
from tokentally.ingest.otlp_records import Record, Unreadable
from tokentally.ingest.otlp_whose import source_of, user_and_team
from tokentally.ingest.receive import BodyForm
from tokentally.models.event import SentEvent

Signal = Literal["traces", "logs", "metrics"]

JSON, PROTOBUF = "application/json", "application/x-protobuf"

_WANTED = otlp_genai.WANTED | otlp_agents.WANTED | otlp_whose.WANTED
"""The attributes of spans and log records that are read; the others are dropped."""


def read_export(signal: Signal, body: bytes, form: BodyForm, receiver: Receiver) -> Export:
    """What an export request is made into; raises `MalformedBody` and `TooManyEvents`."""
    plain = unzip(body) if form.gzipped else body
    reader = otlp_json if form.content_type == JSON else _protobuf()
    if signal == "metrics":
        return metered(reader.points(plain, METRICS), receiver)
    read = reader.spans if signal == "traces" else reader.log_records
    return _calls(signal, read(plain, _WANTED), receiver)


def _protobuf() -> ModuleType:
    from tokentally.ingest import otlp_protobuf  # its messages take memory and time

    return otlp_protobuf


def _calls(signal: Signal, records: Iterable[Record | Unreadable], receiver: Receiver) -> Export:
    export, read = Export(), list(records)
    calls = {
        (record.trace_id, record.span_id)
        for record in read
        if isinstance(record, Record) and is_call(record.attributes)
    }
    for place, record in enumerate(read):
        if isinstance(record, Unreadable):
            export.refuse(place, InvalidEvent(None, record.message), "")
            continue
        if tells_nothing_new(record, calls):
            continue
        agent = agent_of(record)
        try:
            sent = _call(signal, agent, record)
            if sent is not None:
                _add(export, place, sent, record, receiver)
        except InvalidEvent as error:
            export.refuse(place, error, agent or source_of(record.resource)[:64])
    return export


def _call(signal: Signal, agent: str | None, record: Record) -> SentEvent | None:
    if signal == "traces":
        return call_of_agent_span(agent, record) if agent else call_of_span(record)
    return call_of_agent_event(agent, record) if agent else call_of_event(record)


def _add(export: Export, place: int, sent: SentEvent, record: Record, receiver: Receiver) -> None:
    source = sent.source or ""
    if source in receiver.metrics_sources:
        export.ignore(source, "logs and spans, for metrics count")
        return
    sent.user, sent.team = user_and_team(
        source, record.resource, record.attributes, is_owner=receiver.is_owner
    )
    export.add(normalise(sent, receiver.by), (place,))
