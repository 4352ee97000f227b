"""OTLP in protobuf: export requests as records. Its messages are imported by whoever needs them."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, TypeVar

from google.protobuf.message import DecodeError, Message
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tokentally.ingest.otlp_records import (
    CUMULATIVE,
    ERROR,
    NO_VALUE,
    Attributes,
    Point,
    Record,
    Value,
    fault_of,
    only,
)
from tokentally.ingest.parse import MalformedBody

Request = TypeVar("Request", bound=Message)

_PLAIN = {"string_value", "int_value", "double_value", "bool_value"}
_SUMS = ("sum", "histogram", "exponential_histogram")


def spans(body: bytes, wanted: Collection[str]) -> Iterator[Record]:
    """The spans of an export request; raises `MalformedBody`."""
    for group in _parsed(ExportTraceServiceRequest, body).resource_spans:
        resource = _some(group.resource.attributes, wanted)
        for scope in group.scope_spans:
            for span in scope.spans:
                yield _span(resource, scope.scope.name, span, wanted)


def log_records(body: bytes, wanted: Collection[str]) -> Iterator[Record]:
    """The log records of an export request; raises `MalformedBody`."""
    for group in _parsed(ExportLogsServiceRequest, body).resource_logs:
        resource = _some(group.resource.attributes, wanted)
        for scope in group.scope_logs:
            for record in scope.log_records:
                yield _log(resource, scope.scope.name, record, wanted)


def points(body: bytes, wanted: Collection[str]) -> Iterator[Point]:
    """The points of the `wanted` metrics of an export request; raises `MalformedBody`."""
    for group in _parsed(ExportMetricsServiceRequest, body).resource_metrics:
        resource = _all(group.resource.attributes)
        for scope in group.scope_metrics:
            for metric in scope.metrics:
                if metric.name in wanted:
                    yield from _points(resource, scope.scope.name, metric)


def _parsed(kind: Callable[[], Request], body: bytes) -> Request:
    request = kind()
    try:
        request.ParseFromString(body)
    except DecodeError as error:
        name = request.DESCRIPTOR.name
        raise MalformedBody(f"the body is no valid {name}: {error}") from None
    return request


def _span(resource: Attributes, scope: str, span: Span, wanted: Collection[str]) -> Record:
    return Record(
        resource=resource,
        scope=scope,
        name=span.name,
        attributes=_some(span.attributes, wanted),
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        at=span.end_time_unix_nano or span.start_time_unix_nano,
        failed=span.status.code == ERROR,
        parent_id=span.parent_span_id.hex(),
    )


def _log(resource: Attributes, scope: str, record: LogRecord, wanted: Collection[str]) -> Record:
    return Record(
        resource=resource,
        scope=scope,
        name=record.event_name or record.body.string_value,
        attributes=_some(record.attributes, wanted),
        trace_id=record.trace_id.hex(),
        span_id=record.span_id.hex(),
        at=record.time_unix_nano or record.observed_time_unix_nano,
        failed=False,
    )


def _points(resource: Attributes, scope: str, metric: Metric) -> Iterator[Point]:
    kind = metric.WhichOneof("data")
    if kind not in _SUMS:
        return
    data: Any = getattr(metric, kind)
    temporality = data.aggregation_temporality
    fault = fault_of(temporality, may_fall=kind == "sum" and not data.is_monotonic)
    for point in data.data_points:
        value = _value_of_point(point)
        if value is not None and not point.flags & NO_VALUE:
            yield Point(
                resource=resource,
                scope=scope,
                metric=metric.name,
                attributes=_all(point.attributes),
                start=point.start_time_unix_nano,
                at=point.time_unix_nano,
                value=value,
                cumulative=temporality == CUMULATIVE,
                fault=fault,
            )


def _value_of_point(point: Any) -> int | float | None:
    """The value of a number, or the sum of a histogram, which may lack one."""
    if "sum" in point.DESCRIPTOR.fields_by_name:
        return point.sum if point.HasField("sum") else None
    kind = point.WhichOneof("value")
    return getattr(point, kind) if kind else None


def _some(pairs: Iterable[KeyValue], wanted: Collection[str]) -> Attributes:
    return only((pair.key, _value(pair.value)) for pair in pairs if pair.key in wanted)


def _all(pairs: Iterable[KeyValue]) -> Attributes:
    return only((pair.key, _value(pair.value, told=True)) for pair in pairs)


def _value(value: AnyValue, *, told: bool = False) -> Value | None:
    """A plain value; of another kind nothing, or its text, if values must be `told` apart."""
    kind = value.WhichOneof("value")
    if kind in _PLAIN:
        return getattr(value, kind)  # type: ignore[no-any-return]
    return str(value) if told and kind else None
