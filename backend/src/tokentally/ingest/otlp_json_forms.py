"""The messages of OTLP/JSON, as far as they are read. Any field may be null or missing.

Numbers of 64 bits are text by the rules and numbers from many senders; ids are hexadecimal.
"""

import msgspec


class Camel(msgspec.Struct, rename="camel", gc=False):
    """Names as the protocol spells them in JSON; what isn't named here is skipped unread."""


class AnyValue(Camel):
    """A value; those that are not plain stay text."""

    string_value: str | None = None
    int_value: int | str | None = None
    double_value: float | str | None = None
    bool_value: bool | None = None
    array_value: msgspec.Raw = msgspec.Raw()
    kvlist_value: msgspec.Raw = msgspec.Raw()


class KeyValue(Camel):
    """An attribute."""

    key: str = ""
    value: AnyValue | None = None


Pairs = list[KeyValue] | None


class Resource(Camel):
    """Who sent it."""

    attributes: Pairs = None


class Scope(Camel):
    """What made it, in the sender."""

    name: str | None = None


class Status(Camel):
    """How a span ended."""

    code: int | None = None


class Span(Camel):
    """A span."""

    name: str | None = None
    attributes: Pairs = None
    trace_id: str | None = None
    span_id: str | None = None
    parent_span_id: str | None = None
    start_time_unix_nano: int | str | None = None
    end_time_unix_nano: int | str | None = None
    status: Status | None = None


class LogRecord(Camel):
    """A log record."""

    body: AnyValue | None = None
    event_name: str | None = None
    attributes: Pairs = None
    trace_id: str | None = None
    span_id: str | None = None
    time_unix_nano: int | str | None = None
    observed_time_unix_nano: int | str | None = None


class DataPoint(Camel):
    """A point of a sum or histogram."""

    attributes: Pairs = None
    start_time_unix_nano: int | str | None = None
    time_unix_nano: int | str | None = None
    as_int: int | str | None = None
    as_double: float | str | None = None
    sum: float | str | None = None
    flags: int | None = None


class Sum(Camel):
    """A sum or histogram: its points, each still text."""

    data_points: list[msgspec.Raw] | None = None
    aggregation_temporality: int | None = None
    is_monotonic: bool | None = None


class Metric(Camel):
    """A metric."""

    name: str | None = None
    sum: Sum | None = None
    histogram: Sum | None = None
    exponential_histogram: Sum | None = None


class ScopeSpans(Camel):
    """Spans, each still text."""

    scope: Scope | None = None
    spans: list[msgspec.Raw] | None = None


class ScopeLogs(Camel):
    """Log records, each still text."""

    scope: Scope | None = None
    log_records: list[msgspec.Raw] | None = None


class ScopeMetrics(Camel):
    """Metrics of a scope."""

    scope: Scope | None = None
    metrics: list[Metric] | None = None


class ResourceSpans(Camel):
    """Spans of a resource."""

    resource: Resource | None = None
    scope_spans: list[ScopeSpans] | None = None


class ResourceLogs(Camel):
    """Log records of a resource."""

    resource: Resource | None = None
    scope_logs: list[ScopeLogs] | None = None


class ResourceMetrics(Camel):
    """Metrics of a resource."""

    resource: Resource | None = None
    scope_metrics: list[ScopeMetrics] | None = None


class Traces(Camel):
    """The body of `/v1/traces`."""

    resource_spans: list[ResourceSpans] | None = None


class Logs(Camel):
    """The body of `/v1/logs`."""

    resource_logs: list[ResourceLogs] | None = None


class Metrics(Camel):
    """The body of `/v1/metrics`."""

    resource_metrics: list[ResourceMetrics] | None = None
