"""What senders of OpenTelemetry are answered, in the encoding that they sent."""

from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message
from google.rpc.code_pb2 import Code
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from tokentally.ingest.otlp import JSON, PROTOBUF, Signal

_CODES = {
    400: Code.INVALID_ARGUMENT,
    401: Code.UNAUTHENTICATED,
    403: Code.PERMISSION_DENIED,
    404: Code.NOT_FOUND,
    405: Code.UNIMPLEMENTED,
    413: Code.RESOURCE_EXHAUSTED,
    415: Code.INVALID_ARGUMENT,
    503: Code.UNAVAILABLE,
}


def answer_in(content_type: str, signal: Signal, rejected: int, why: str) -> bytes:
    """The answer to an export of which `rejected` records were refused."""
    if signal == "traces":
        traces = ExportTraceServiceResponse()
        if rejected:
            traces.partial_success.rejected_spans = rejected
            traces.partial_success.error_message = why
        return _encoded(traces, content_type)
    if signal == "logs":
        logs = ExportLogsServiceResponse()
        if rejected:
            logs.partial_success.rejected_log_records = rejected
            logs.partial_success.error_message = why
        return _encoded(logs, content_type)
    metrics = ExportMetricsServiceResponse()
    if rejected:
        metrics.partial_success.rejected_data_points = rejected
        metrics.partial_success.error_message = why
    return _encoded(metrics, content_type)


def error_in(content_type: str, status: int, why: str) -> tuple[bytes, str]:
    """A failed export's body and its content type: JSON unless protobuf was sent."""
    answered = PROTOBUF if content_type == PROTOBUF else JSON
    said = Status(code=_CODES.get(status, Code.INTERNAL), message=why)
    return _encoded(said, answered), answered


def _encoded(message: Message, content_type: str) -> bytes:
    if content_type == PROTOBUF:
        return message.SerializeToString()
    return MessageToJson(message, indent=None).encode()
