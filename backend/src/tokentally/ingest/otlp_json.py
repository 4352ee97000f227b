"""OTLP in JSON: export requests as records. Each is decoded apart, so a bad one costs itself."""

from collections.abc import Collection, Iterable, Iterator
from typing import TypeVar

import msgspec

from tokentally.ingest.otlp_json_forms import (
    AnyValue,
    DataPoint,
    LogRecord,
    Logs,
    Metric,
    Metrics,
    Pairs,
    Resource,
    Scope,
    Span,
    Sum,
    Traces,
)
from tokentally.ingest.otlp_records import (
    CUMULATIVE,
    ERROR,
    NO_VALUE,
    Attributes,
    Point,
    Record,
    Unreadable,
    Value,
    fault_of,
    only,
)
from tokentally.ingest.parse import MalformedBody
from tokentally.models.half_pairs import without_half_pairs

Body = TypeVar("Body")

_LONGEST_NUMBER = 20
_LEAST, _MOST = -(2**63), 2**64 - 1
_span = msgspec.json.Decoder(Span)
_log = msgspec.json.Decoder(LogRecord)
_point = msgspec.json.Decoder(DataPoint)


class _NoNumber(ValueError):
    """Text where a number should be."""


_BAD = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, _NoNumber)


def spans(body: bytes, wanted: Collection[str]) -> Iterator[Record | Unreadable]:
    """The spans of an export request; raises `MalformedBody`."""
    for group in _decoded(body, Traces).resource_spans or ():
        resource = _resource(group.resource, wanted)
        for scope in group.scope_spans or ():
            for text in scope.spans or ():
                try:
                    yield _record_of_span(resource, _name(scope.scope), _span.decode(text), wanted)
                except _BAD as error:
                    yield Unreadable(str(error))


def log_records(body: bytes, wanted: Collection[str]) -> Iterator[Record | Unreadable]:
    """The log records of an export request; raises `MalformedBody`."""
    for group in _decoded(body, Logs).resource_logs or ():
        resource = _resource(group.resource, wanted)
        for scope in group.scope_logs or ():
            for text in scope.log_records or ():
                try:
                    yield _record_of_log(resource, _name(scope.scope), _log.decode(text), wanted)
                except _BAD as error:
                    yield Unreadable(str(error))


def points(body: bytes, wanted: Collection[str]) -> Iterator[Point | Unreadable]:
    """The points of the `wanted` metrics of an export request; raises `MalformedBody`."""
    for group in _decoded(body, Metrics).resource_metrics or ():
        resource = _resource(group.resource)
        for scope in group.scope_metrics or ():
            for metric in scope.metrics or ():
                if metric.name in wanted:
                    yield from _points(resource, _name(scope.scope), metric)


def _decoded(body: bytes, kind: type[Body]) -> Body:
    try:
        return msgspec.json.decode(without_half_pairs(body), type=kind)
    except msgspec.ValidationError as error:
        raise MalformedBody(f"the body is no export request: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedBody(f"the body is no valid JSON: {error}") from None


def _record_of_span(
    resource: Attributes, scope: str, span: Span, wanted: Collection[str]
) -> Record:
    return Record(
        resource=resource,
        scope=scope,
        name=span.name or "",
        attributes=_some(span.attributes, wanted),
        trace_id=(span.trace_id or "").lower(),
        span_id=(span.span_id or "").lower(),
        at=_number(span.end_time_unix_nano) or _number(span.start_time_unix_nano),
        failed=span.status is not None and span.status.code == ERROR,
        parent_id=(span.parent_span_id or "").lower(),
    )


def _record_of_log(
    resource: Attributes, scope: str, record: LogRecord, wanted: Collection[str]
) -> Record:
    body = record.body.string_value if record.body else None
    return Record(
        resource=resource,
        scope=scope,
        name=record.event_name or body or "",
        attributes=_some(record.attributes, wanted),
        trace_id=(record.trace_id or "").lower(),
        span_id=(record.span_id or "").lower(),
        at=_number(record.time_unix_nano) or _number(record.observed_time_unix_nano),
        failed=False,
    )


def _points(resource: Attributes, scope: str, metric: Metric) -> Iterator[Point | Unreadable]:
    data = metric.sum or metric.histogram or metric.exponential_histogram or Sum()
    temporality = data.aggregation_temporality or 0
    fault = fault_of(temporality, may_fall=data is metric.sum and not data.is_monotonic)
    for text in data.data_points or ():
        try:
            point = _point.decode(text)
            value = _value_of_point(point)
            if value is None or (point.flags or 0) & NO_VALUE:
                continue
            yield Point(
                resource=resource,
                scope=scope,
                metric=metric.name or "",
                attributes=_all(point.attributes),
                start=_number(point.start_time_unix_nano),
                at=_number(point.time_unix_nano),
                value=value,
                cumulative=temporality == CUMULATIVE,
                fault=fault,
            )
        except _BAD as error:
            yield Unreadable(str(error))


def _value_of_point(point: DataPoint) -> int | float | None:
    if point.as_int is not None:
        return _number(point.as_int)
    value = point.sum if point.as_double is None else point.as_double
    return _double(value) if isinstance(value, str) else value


def _number(sent: int | str | None) -> int:
    """A number of 64 bits, as text or not; 0 if there is none."""
    if isinstance(sent, str):
        digits = sent.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER):
            raise _NoNumber(f"{sent[:_LONGEST_NUMBER]!r} is no integer")
    number = int(sent or 0)
    if not _LEAST <= number <= _MOST:
        raise _NoNumber("a number has more than 64 bits")
    return number


def _double(sent: str) -> float:
    try:
        return float(sent)
    except ValueError:
        raise _NoNumber(f"{sent[:_LONGEST_NUMBER]!r} is no number") from None


def _resource(resource: Resource | None, wanted: Collection[str] | None = None) -> Attributes:
    pairs = resource.attributes if resource else None
    try:
        return _all(pairs) if wanted is None else _some(pairs, wanted)
    except _NoNumber as error:
        raise MalformedBody(f"the body is no export request: {error}") from None


def _name(scope: Scope | None) -> str:
    return scope.name or "" if scope else ""


def _some(pairs: Pairs, wanted: Collection[str]) -> Attributes:
    return only((pair.key, _plain(pair.value)) for pair in pairs or () if pair.key in wanted)


def _all(pairs: Pairs) -> Attributes:
    """All attributes; those that are not plain as their text, to be told apart by it."""
    return only((pair.key, _told(pair.value)) for pair in pairs or ())


def _plain(value: AnyValue | None) -> Value | None:
    if value is None:
        return None
    if value.int_value is not None:
        return _number(value.int_value)
    if isinstance(value.double_value, str):
        return _double(value.double_value)
    plain: Iterable[Value | None] = (value.string_value, value.double_value, value.bool_value)
    return next((each for each in plain if each is not None), None)


def _told(value: AnyValue | None) -> Value | None:
    plain = _plain(value)
    if value is None or plain is not None:
        return plain
    return bytes(value.array_value or value.kvlist_value).decode()
