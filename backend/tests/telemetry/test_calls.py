"""Which spans and log records are calls of models, and which counts each has."""

from typing import Any

import pytest
from backend.tests.telemetry.exporting import AT, call, log, logs, span, traces
from backend.tests.telemetry.sending import post, stored, sums
from fastapi.testclient import TestClient

COUNTS = (
    *("input_tokens", "cached_input_tokens", "cache_write_tokens", "cache_write_1h_tokens"),
    *("output_tokens", "reasoning_output_tokens"),
)
CHAT: dict[str, Any] = {"gen_ai__operation__name": "chat", "gen_ai__request__model": "m"}


def counts_of(client: TestClient, database: str, **own: Any) -> list[int]:
    """What is stored of one span with these attributes."""
    assert post(client, "traces", traces(span(**own))).json() == {}
    [event] = stored(database)
    return [event[name] for name in COUNTS]


@pytest.mark.parametrize(
    ("own", "counts"),
    [
        ({"gen_ai__usage__input_tokens": 9, "gen_ai__usage__output_tokens": 4}, [9, 0, 0, 0, 4, 0]),
        (
            {"gen_ai__usage__prompt_tokens": 9, "gen_ai__usage__completion_tokens": 4},
            [9, 0, 0, 0, 4, 0],
        ),
        (
            {"llm__usage__prompt_tokens": 9, "llm__usage__completion_tokens": 4},
            [9, 0, 0, 0, 4, 0],
        ),
        (
            {"gen_ai__usage__input_tokens": 9, "gen_ai__usage__prompt_tokens": 8},
            [9, 0, 0, 0, 0, 0],
        ),
        (
            {
                "gen_ai__usage__input_tokens": 9,
                "gen_ai__usage__cache_read__input_tokens": 3,
                "gen_ai__usage__cache_creation__input_tokens": 2,
                "gen_ai__usage__output_tokens": 4,
                "gen_ai__usage__reasoning__output_tokens": 1,
            },
            [9, 3, 2, 0, 4, 1],
        ),
        (
            {
                "gen_ai__usage__input_tokens": 9,
                "gen_ai__usage__cache_read_input_tokens": 3,
                "gen_ai__usage__cache_write__input_tokens": 2,
                "anthropic__usage__cache_creation__ephemeral_1h_input_tokens": 1,
                "gen_ai__usage__output_tokens": 4,
                "gen_ai__usage__reasoning_tokens": 1,
            },
            [9, 3, 2, 1, 4, 1],
        ),
        (
            {"gen_ai__usage__input_tokens": 9.0, "gen_ai__usage__output_tokens": "4"},
            [9, 0, 0, 0, 4, 0],
        ),
        ({}, [0, 0, 0, 0, 0, 0]),
    ],
)
def test_usage_counts_under_every_name_that_it_ever_had(
    client: TestClient, database_url: str, own: dict[str, Any], counts: list[int]
) -> None:
    assert counts_of(client, database_url, **CHAT, **own) == counts


@pytest.mark.parametrize(
    ("input_", "cached", "output", "reasoning", "total", "counts"),
    [
        (9, 5, 4, 3, None, [9, 5, 0, 0, 4, 3]),
        (9, 5, 4, 3, 13, [9, 5, 0, 0, 4, 3]),
        (9, 5, 4, 3, 18, [14, 5, 0, 0, 4, 3]),
        (9, 5, 4, 3, 16, [9, 5, 0, 0, 7, 3]),
        (9, 5, 4, 3, 21, [14, 5, 0, 0, 7, 3]),
        (5, 9, 4, 3, None, [14, 9, 0, 0, 4, 3]),
        (9, 5, 3, 4, None, [9, 5, 0, 0, 7, 4]),
        (5, 9, 3, 4, 8, [14, 9, 0, 0, 7, 4]),
    ],
)
def test_parts_that_a_sender_leaves_out_of_the_whole_are_added(
    client: TestClient,
    database_url: str,
    input_: int,
    cached: int,
    output: int,
    reasoning: int,
    total: int | None,
    counts: list[int],
) -> None:
    own = {
        "gen_ai__usage__input_tokens": input_,
        "gen_ai__usage__cache_read__input_tokens": cached,
        "gen_ai__usage__output_tokens": output,
        "gen_ai__usage__reasoning__output_tokens": reasoning,
    }
    if total is not None:
        own["gen_ai__usage__total_tokens"] = total

    assert counts_of(client, database_url, **CHAT, **own) == counts


@pytest.mark.parametrize(
    "own",
    [
        {"gen_ai__operation__name": "chat"},
        {"gen_ai__operation__name": "Text_Completion"},
        {"gen_ai__operation__name": "generate_content"},
        {"gen_ai__operation__name": "embeddings"},
        {"llm__request__type": "completion"},
        {"gen_ai__system": "openai"},
        {"gen_ai__provider__name": "openai"},
        {},
    ],
)
def test_a_call_of_a_model_counts(
    client: TestClient, database_url: str, own: dict[str, Any]
) -> None:
    usage = {"gen_ai__request__model": "m", "gen_ai__usage__input_tokens": 9}

    assert counts_of(client, database_url, **own, **usage)[0] == 9


@pytest.mark.parametrize(
    "own",
    [
        {"gen_ai__operation__name": "invoke_agent", "gen_ai__request__model": "m"},
        {"gen_ai__operation__name": "create_agent", "gen_ai__request__model": "m"},
        {"gen_ai__operation__name": "execute_tool", "gen_ai__request__model": "m"},
        {"gen_ai__operation__name": "invoke_workflow", "gen_ai__request__model": "m"},
        {"gen_ai__operation__name": "", "gen_ai__request__model": "m"},
        {"gen_ai__agent__name": "an agent that names no model"},
    ],
)
def test_sums_of_agents_and_workflows_do_not_count(
    client: TestClient, database_url: str, own: dict[str, Any]
) -> None:
    agent = span(1, **own, gen_ai__usage__input_tokens=300, gen_ai__usage__output_tokens=60)
    calls = [call(number) for number in (2, 3, 4)]

    assert post(client, "traces", traces(agent, *calls)).json() == {}

    found = sums(database_url)
    assert (found["requests"], found["input_tokens"], found["output_tokens"]) == (3, 300, 60)


def test_spans_and_log_records_about_other_things_are_taken_and_dropped(
    client: TestClient, database_url: str
) -> None:
    get = span(http__request__method="GET", gen_ai__request__model="m")
    said = log("hello", gen_ai__request__model="m")
    choice = log("gen_ai.choice", **CHAT)

    assert post(client, "traces", traces(get)).json() == {}
    assert post(client, "logs", logs(said, choice)).json() == {}
    assert stored(database_url) == []


@pytest.mark.parametrize(
    ("own", "failed", "success"),
    [
        ({}, False, True),
        ({}, True, False),
        ({"error__type": "RateLimitError"}, False, False),
    ],
)
def test_a_call_that_failed_is_a_failed_request(
    client: TestClient, database_url: str, own: dict[str, Any], failed: bool, success: bool
) -> None:
    post(client, "traces", traces(span(failed=failed, **CHAT, **own)))

    [event] = stored(database_url)
    assert event["success"] is success


@pytest.mark.parametrize(
    ("cost", "nano"),
    [
        (0.0004926, 492_600),
        ("0.25", 250_000_000),
        (0, 0),
        (-1, None),
        (float("nan"), None),
        (float("inf"), None),
        ("none", None),
        (True, None),
    ],
)
@pytest.mark.parametrize("name", ["operation__cost", "gen_ai__usage__cost"])
def test_a_reported_cost_counts_and_one_that_is_none_costs_no_tokens(
    client: TestClient, database_url: str, name: str, cost: Any, nano: int | None
) -> None:
    post(client, "traces", traces(call(**{name: cost})))

    [event] = stored(database_url)
    assert (event["input_tokens"], event["cost_nano_usd"]) == (100, nano)


def test_the_model_that_answered_is_the_one_that_counts(
    client: TestClient, database_url: str
) -> None:
    post(client, "traces", traces(call(gen_ai__response__model="GPT-5-mini-2026-01-01")))

    [event] = stored(database_url)
    assert event["model"] == "gpt-5-mini-2026-01-01"


def test_a_log_record_without_a_time_has_the_one_when_it_was_seen(
    client: TestClient, database_url: str
) -> None:
    record = log("", **CHAT, gen_ai__usage__input_tokens=9)
    record |= {"timeUnixNano": "0", "observedTimeUnixNano": AT}

    assert post(client, "logs", logs(record)).json() == {}

    [event] = stored(database_url)
    assert event["occurred_at"] == "2026-11-21T10:15:00+00:00"
