"""Metrics: they count for the sources that the settings list, and nothing twice."""

from typing import Any

import pytest
from backend.tests.engines.plain import rows
from backend.tests.telemetry.exporting import api_request, counter, logs, metrics, point
from backend.tests.telemetry.sending import post, post_capture, stored, sums
from fastapi.testclient import TestClient

TOKENS = "gen_ai.client.token.usage"
NOTHING = {
    "requests": 0,
    "input_tokens": 0,
    "cached_input_tokens": 0,
    "cache_write_tokens": 0,
    "output_tokens": 0,
}


def test_metrics_of_a_source_that_is_not_listed_are_ignored(
    client: TestClient, database_url: str
) -> None:
    posted = post_capture(client, "claude-code/one-turn.metrics.json")

    assert (posted.status_code, posted.content) == (200, b"{}")
    assert stored(database_url) == []
    [told] = client.get("/v1/health").json()["deliveries"]["counts"]
    assert told == {
        "source": "claude",
        "kind": "ignored",
        "reason": "metrics, for logs and spans count",
        "events": 5,
    }


def test_of_a_listed_source_the_metrics_count_and_the_logs_do_not(
    metered: TestClient, database_url: str
) -> None:
    post_capture(metered, "claude-code/one-turn.logs.json")
    assert stored(database_url) == []

    post_capture(metered, "claude-code/one-turn.metrics.json")
    post_capture(metered, "claude-code/one-turn.metrics.json")

    [event] = stored(database_url)
    assert event | {"event_id": ""} == {
        "event_id": "",
        "occurred_at": "2026-11-21T12:28:53.083000+00:00",
        "source": "claude",
        "model": "claude-opus-4-8[1m]",
        "user": "ada",
        "team": "kettle",
        "input_tokens": 2571,
        "cached_input_tokens": 2000,
        "cache_write_tokens": 534,
        "cache_write_1h_tokens": 0,
        "output_tokens": 33,
        "reasoning_output_tokens": 0,
        "success": True,
        "cost_nano_usd": 5_850_000,
    }


@pytest.mark.parametrize(
    ("name", "input_", "cached", "written", "output"),
    [
        ("claude-code/tool-turn.metrics.pb", 5196, 4000, 1095, 90),
        ("claude-code/tool-turn-resumed-cumulative.metrics.json.gz", 5204, 4000, 1099, 90),
        ("otlp/openai-v2-2.3b0-gzip.metrics.pb.gz", 2639, 0, 0, 195),
        ("otlp/openllmetry-openai-0.62.4.metrics.pb", 3809, 0, 0, 191),
        ("otlp/openllmetry-anthropic-0.62.4.metrics.pb", 7769, 0, 0, 134),
    ],
)
def test_recorded_metrics_count_what_they_say_however_often_they_come(
    metered: TestClient,
    database_url: str,
    name: str,
    input_: int,
    cached: int,
    written: int,
    output: int,
) -> None:
    answers = [post_capture(metered, name).status_code for _ in range(3)]

    assert answers == [200] * 3
    found = sums(database_url)
    del found["requests"]
    assert list(found.values()) == [input_, cached, written, output]


def test_deltas_add_up_and_one_that_comes_again_does_not(
    metered: TestClient, database_url: str
) -> None:
    for number in (1, 2, 1, 2):
        post_capture(metered, f"otlp/openai-v2-2.3b0-delta-{number}.metrics.pb")

    assert sums(database_url)["input_tokens"] == 1397 + 1284


@pytest.mark.parametrize(
    ("listed", "why"),
    [
        (counter(TOKENS, point(5, gen_ai__token__type="input"), temporality=0), "temporality"),
        (counter(TOKENS, point(5, gen_ai__token__type="input"), monotonic=False), "may fall"),
        (counter(TOKENS, point(1.5, gen_ai__token__type="input")), "must be an integer"),
        (counter(TOKENS, point(-5, gen_ai__token__type="input")), "must be an integer"),
        (counter(TOKENS, point(2**62, gen_ai__token__type="input")), "must be an integer"),
        (counter(TOKENS, point(5, at=0, gen_ai__token__type="input")), "before 2015-01-01"),
        (counter(TOKENS, point(5, gen_ai__token__type="input") | {"asInt": "5x"}), "no integer"),
    ],
)
def test_a_point_that_cannot_be_counted_is_refused_and_the_good_ones_are_kept(
    metered: TestClient, database_url: str, listed: dict[str, Any], why: str
) -> None:
    good = counter(TOKENS, point(5, gen_ai__token__type="output"))

    posted = post(metered, "metrics", metrics(listed, good, service__name="kettle-shop"))

    partial = posted.json()["partialSuccess"]
    assert partial["rejectedDataPoints"] == "1"
    assert why in partial["errorMessage"]
    assert sums(database_url) == NOTHING | {"requests": 1, "output_tokens": 5}


def test_a_gauge_a_sum_of_agents_and_an_unknown_metric_count_nothing(
    metered: TestClient, database_url: str
) -> None:
    shown = point(5, gen_ai__token__type="input")
    of_agent = point(5, gen_ai__token__type="input", gen_ai__operation__name="invoke_agent")
    body = metrics(
        {"name": TOKENS, "gauge": {"dataPoints": [shown]}},
        counter("gen_ai.client.token.cost", shown),
        counter(TOKENS, of_agent, point(5, gen_ai__token__type="weather")),
        service__name="kettle-shop",
    )

    assert post(metered, "metrics", body).json() == {}
    assert stored(database_url) == []


def test_logs_of_listed_sources_are_ignored_and_said_to_be(
    metered: TestClient, database_url: str
) -> None:
    posted = post(metered, "logs", logs(api_request(), service__name="claude-code"))

    assert (posted.status_code, posted.json()) == (200, {})
    told = rows(database_url, "SELECT source, kind, reason, n FROM ingest_stat")
    assert told == [("claude", "ignored", "logs and spans, for metrics count", 1)]
