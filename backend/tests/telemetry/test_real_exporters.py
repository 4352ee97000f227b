"""The exporters of OpenTelemetry's own SDK, over the network."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from backend.tests.telemetry.conftest import Impatient
from backend.tests.telemetry.sending import stored, sums
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import Counter as SdkCounter
from opentelemetry.sdk.metrics import Histogram, MeterProvider
from opentelemetry.sdk.metrics.export import AggregationTemporality, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import StatusCode

SHOP = Resource.create({"service.name": "Kettle-Shop", "user.name": "ada", "team.name": "Tea"})
COMPRESSIONS = [Compression.NoCompression, Compression.Gzip]


@contextmanager
def tracing(address: str, compression: Compression) -> Iterator[TracerProvider]:
    """Spans that are made inside are exported at the end."""
    provider = TracerProvider(resource=SHOP)
    exporter = OTLPSpanExporter(f"{address}/v1/traces", compression=compression)
    provider.add_span_processor(BatchSpanProcessor(exporter, max_export_batch_size=50))
    yield provider
    provider.shutdown()


def any_call(chance: random.Random) -> dict[str, Any]:
    input_ = chance.randrange(10**5)
    return {
        "gen_ai.operation.name": chance.choice(["chat", "text_completion", "embeddings"]),
        "gen_ai.request.model": chance.choice(["gpt-5-mini", "claude-sonnet-4-5", "gemini-3-pro"]),
        "gen_ai.usage.input_tokens": input_,
        "gen_ai.usage.output_tokens": chance.randrange(10**4),
        "gen_ai.usage.cache_read.input_tokens": chance.randint(0, input_),
        "gen_ai.input.messages": "a prompt " * chance.randrange(20),
    }


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_spans_of_the_sdk_add_up_to_what_was_traced(
    address: str, database_url: str, compression: Compression
) -> None:
    chance = random.Random(compression.value)
    made: Counter[tuple[str, str]] = Counter()

    with tracing(address, compression) as provider:
        tracer = provider.get_tracer("kettles")
        for _ in range(300):
            with tracer.start_as_current_span("invoke_agent") as agent:
                calls = [any_call(chance) for _ in range(chance.randrange(3))]
                for call in calls:
                    with tracer.start_as_current_span("chat", attributes=call) as span:
                        if chance.random() < 0.1:
                            span.set_status(StatusCode.ERROR)
                total = sum(call["gen_ai.usage.input_tokens"] for call in calls)
                agent.set_attribute("gen_ai.operation.name", "invoke_agent")
                agent.set_attribute("gen_ai.usage.input_tokens", total)
            for call in calls:
                model = call["gen_ai.request.model"]
                made[model, "calls"] += 1
                for name in ("input", "output", "cache_read.input"):
                    made[model, name] += call[f"gen_ai.usage.{name}_tokens"]

    found: Counter[tuple[str, str]] = Counter()
    for event in stored(database_url):
        assert (event["source"], event["user"], event["team"]) == ("kettle-shop", "ada", "Tea")
        found[event["model"], "calls"] += 1
        found[event["model"], "input"] += event["input_tokens"]
        found[event["model"], "output"] += event["output_tokens"]
        found[event["model"], "cache_read.input"] += event["cached_input_tokens"]
    assert found == made


def test_an_export_that_is_tried_again_counts_once(
    address: str, impatient: Impatient, database_url: str
) -> None:
    impatient.lost = 1

    with tracing(address, Compression.NoCompression) as provider:
        call = any_call(random.Random(1))
        provider.get_tracer("kettles").start_span("chat", attributes=call).end()

    assert impatient.lost == 0
    [event] = stored(database_url)
    assert event["input_tokens"] == call["gen_ai.usage.input_tokens"]


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_log_records_of_the_sdk_tell_the_usage_of_a_call(
    address: str, database_url: str, compression: Compression
) -> None:
    provider = LoggerProvider(resource=SHOP)
    exporter = OTLPLogExporter(f"{address}/v1/logs", compression=compression)
    provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
    told: dict[str, Any] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.response.model": "gpt-5-mini",
        "gen_ai.response.id": "resp_of_the_sdk",
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 20,
    }
    record = LogRecord(
        timestamp=1795256100_000000000,
        severity_number=SeverityNumber.INFO,
        event_name="gen_ai.client.inference.operation.details",
        attributes=told,
    )
    provider.get_logger("kettles").emit(record)
    provider.shutdown()

    [event] = stored(database_url)
    assert (event["event_id"], event["model"]) == ("resp_of_the_sdk", "gpt-5-mini")
    assert (event["input_tokens"], event["output_tokens"]) == (100, 20)
    assert event["occurred_at"] == "2026-11-21T10:15:00+00:00"


@pytest.mark.parametrize("temporality", list(AggregationTemporality)[1:])
@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize("listed", [("kettle-shop",)], indirect=True)
def test_histograms_of_the_sdk_count_what_was_recorded(
    address: str,
    database_url: str,
    compression: Compression,
    temporality: AggregationTemporality,
) -> None:
    chance = random.Random(3)
    kinds: dict[type, AggregationTemporality] = {SdkCounter: temporality, Histogram: temporality}
    exporter = OTLPMetricExporter(
        f"{address}/v1/metrics", compression=compression, preferred_temporality=kinds
    )
    reader = PeriodicExportingMetricReader(exporter, export_interval_millis=1e9)
    provider = MeterProvider([reader], resource=SHOP)
    histogram = provider.get_meter("kettles").create_histogram("gen_ai.client.token.usage")
    recorded: Counter[str] = Counter()
    for _ in range(5):
        for _ in range(chance.randrange(1, 9)):
            kind, value = chance.choice(["input", "output"]), chance.randrange(10**6)
            recorded[kind] += value
            told = {"gen_ai.token.type": kind, "gen_ai.request.model": "gpt-5-mini"}
            histogram.record(value, told)
        provider.force_flush()
    provider.shutdown()

    found = sums(database_url)
    assert {"input": found["input_tokens"], "output": found["output_tokens"]} == recorded
