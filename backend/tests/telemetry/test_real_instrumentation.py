"""OpenAI's package, instrumented by OpenTelemetry's own, against a model server on this machine."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from backend.tests.telemetry.listening import listening
from backend.tests.telemetry.models import Models
from backend.tests.telemetry.sending import stored
from openai import OpenAI, RateLimitError
from openai.types.chat import ChatCompletionMessageParam, ChatCompletionStreamOptionsParam
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

CALLS = 60


@pytest.fixture
def tracing(address: str) -> Iterator[TracerProvider]:
    provider = TracerProvider(resource=Resource.create({"service.name": "kettle-shop"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{address}/v1/traces")))
    instrumentor = OpenAIInstrumentor()  # type: ignore[no-untyped-call]
    instrumentor.instrument(tracer_provider=provider)
    yield provider
    instrumentor.uninstrument()


def test_what_is_stored_is_what_the_model_server_answered(
    tracing: TracerProvider, database_url: str
) -> None:
    models = Models(seed=1)
    asked: list[ChatCompletionMessageParam] = [{"role": "user", "content": "Which kettles?"}]

    with listening(models.app) as at, OpenAI(base_url=f"{at}/v1", api_key="x") as client:
        chat = client.with_options(max_retries=0).chat.completions
        for number in range(CALLS):
            model = f"gpt-5-{number % 3}"
            if number % 10 == 9:
                with suppress(RateLimitError):
                    chat.create(model="overloaded", messages=asked)
            elif number % 2:
                told: ChatCompletionStreamOptionsParam = {"include_usage": True}
                list(chat.create(model=model, messages=asked, stream=True, stream_options=told))
            else:
                chat.create(model=model, messages=asked)
    tracing.shutdown()

    events = stored(database_url)
    found = {
        event["event_id"]: {
            "model": event["model"],
            "prompt_tokens": event["input_tokens"],
            "completion_tokens": event["output_tokens"],
            "total_tokens": event["input_tokens"] + event["output_tokens"],
        }
        for event in events
        if event["success"]
    }
    assert found == models.answered
    failed = [event for event in events if not event["success"]]
    assert [event["model"] for event in failed] == ["overloaded"] * (CALLS // 10)
    assert len(events) == CALLS
