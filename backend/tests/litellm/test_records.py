"""The event that a call stands for."""

from typing import Any

import pytest
from backend.tests.litellm.records import MADE_AT, event_of, parsed, record, usage

from tokentally.models.event import Event, Mode


def counts(event: Event) -> tuple[int, ...]:
    return (
        event.input_tokens,
        event.cached_input_tokens,
        event.cache_write_tokens,
        event.cache_write_1h_tokens,
        event.output_tokens,
        event.reasoning_output_tokens,
    )


def used(prompt: dict[str, Any], **further: Any) -> dict[str, Any]:
    """Metadata with parts of a prompt."""
    return {"usage_object": {"prompt_tokens_details": prompt, **further}}


def test_a_call_is_an_event_of_litellm() -> None:
    assert event_of() == Event(
        event_id=event_of().event_id,
        occurred_at=int(MADE_AT * 1_000_000),
        source="litellm",
        model="openai/gpt-4o",
        user="ada",
        team="Kettle",
        mode=Mode.overlap,
        input_tokens=100,
        cached_input_tokens=0,
        cache_write_tokens=0,
        cache_write_1h_tokens=0,
        output_tokens=20,
        reasoning_output_tokens=0,
        reported_cost=450_000,
        success=True,
        revision=0,
    )


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({"usage_object": None}, (100, 0, 0, 0, 20, 0)),
        ({"usage_object": {}}, (100, 0, 0, 0, 20, 0)),
        (used({"cached_tokens": 64}), (100, 64, 0, 0, 20, 0)),
        (used({"cached_tokens": None}, cache_read_input_tokens=64), (100, 64, 0, 0, 20, 0)),
        (used({"cache_write_tokens": 30}), (100, 0, 30, 0, 20, 0)),
        (used({"cache_creation_tokens": 30}), (100, 0, 30, 0, 20, 0)),
        ({"usage_object": {"cache_creation_input_tokens": 30}}, (100, 0, 30, 0, 20, 0)),
        (
            used(
                {
                    "cached_tokens": 64,
                    "cache_write_tokens": 30,
                    "cache_creation_tokens": 30,
                    "cache_creation_token_details": {
                        "ephemeral_5m_input_tokens": 20,
                        "ephemeral_1h_input_tokens": 10,
                    },
                },
                cache_read_input_tokens=64,
                cache_creation_input_tokens=30,
            ),
            (100, 64, 30, 10, 20, 0),
        ),
        (
            used({"cache_creation_token_details": {"ephemeral_1h_input_tokens": 10}}),
            (100, 0, 0, 0, 20, 0),
        ),
        (
            {"usage_object": {"completion_tokens_details": {"reasoning_tokens": 7}}},
            (100, 0, 0, 0, 20, 7),
        ),
        (
            {"usage_object": {"completion_tokens_details": {"reasoning_tokens": 21}}},
            (100, 0, 0, 0, 20, 20),
        ),
    ],
)
def test_parts_are_found_in_whatever_form_a_provider_gives_them(
    metadata: dict[str, Any], expected: tuple[int, ...]
) -> None:
    event = event_of(by=metadata)

    assert (counts(event), event.mode, event.total_mismatch) == (expected, Mode.overlap, False)


@pytest.mark.parametrize("total", [120, 284, None, 0])
def test_a_cache_larger_than_the_prompt_comes_on_top_of_it(total: int | None) -> None:
    both = {"cached_tokens": 150, "cache_write_tokens": 14}
    reasoning = {"reasoning_tokens": 7}

    event = event_of(total_tokens=total, by=used(both, completion_tokens_details=reasoning))

    assert (counts(event), event.mode) == ((264, 150, 14, 0, 20, 7), Mode.add)


def test_a_cache_that_the_total_has_on_top_comes_on_top() -> None:
    event = event_of(total_tokens=184, by=used({"cached_tokens": 64}))

    assert (counts(event), event.mode) == ((164, 64, 0, 0, 20, 0), Mode.add)


@pytest.mark.parametrize(
    ("given", "model"),
    [
        ({"model": "OpenAI/GPT-4o "}, "openai/gpt-4o"),
        ({"model": "gpt-4o"}, "openai/gpt-4o"),
        ({"model": "gpt-4o", "custom_llm_provider": None}, "gpt-4o"),
        (
            {"model": "together_ai/meta-llama/Llama-3", "custom_llm_provider": "together_ai"},
            "together_ai/meta-llama/llama-3",
        ),
        ({"model": ""}, "unknown"),
        ({"model": None}, "unknown"),
    ],
)
def test_a_model_has_its_provider_in_front(given: dict[str, Any], model: str) -> None:
    assert event_of(**given).model == model


@pytest.mark.parametrize(
    ("metadata", "user", "team"),
    [
        ({}, "ada", "Kettle"),
        ({"user_api_key_team_alias": None}, "ada", "team-1"),
        ({"user_api_key_team_alias": "", "user_api_key_team_id": None}, "ada", ""),
        ({"user_api_key_user_id": None}, "ada-laptop", "Kettle"),
        ({"user_api_key_user_id": "", "user_api_key_alias": ""}, "gateway", "Kettle"),
    ],
)
def test_user_and_team_are_those_of_the_key(metadata: dict[str, Any], user: str, team: str) -> None:
    event = event_of(by=metadata)

    assert (event.user, event.team) == (user, team)


def test_who_may_not_name_users_sends_their_own_calls() -> None:
    [event] = parsed(record(), user="bo", may_name_users=False).events

    assert (event.user, event.team) == ("bo", "")


@pytest.mark.parametrize("cost", [0.0, 0, None])
def test_a_cost_of_nothing_is_no_cost(cost: float | None) -> None:
    assert event_of(response_cost=cost).reported_cost is None


def test_noise_of_floating_point_is_rounded_off() -> None:
    assert event_of(response_cost=4.2499999999999996e-05).reported_cost == 42_500


def test_an_answer_from_the_response_cache_is_a_request_that_cost_nothing() -> None:
    cached = used({"cached_tokens": 64})

    event = event_of(cache_hit=True, response_cost=0.0, by=cached)

    assert (counts(event), event.reported_cost, event.success) == ((0,) * 6, 0, True)


def test_a_failure_is_a_failed_request() -> None:
    nothing = usage(prompt_tokens=0, completion_tokens=0, total_tokens=0)

    event = event_of(status="failure", response_cost=0.0, **nothing, by={"usage_object": {}})

    assert (counts(event), event.success, event.reported_cost) == ((0,) * 6, False, None)


def identities(*records: dict[str, Any]) -> int:
    return len({event.event_id for event in parsed(*records).events})


def test_a_call_that_is_sent_again_is_the_same_call() -> None:
    assert identities(record(), record()) == 1


def test_calls_of_a_server_that_repeats_its_ids_are_told_apart() -> None:
    assert identities(record(litellm_call_id="a"), record(litellm_call_id="b")) == 2


def test_calls_for_which_clients_choose_one_id_are_told_apart() -> None:
    assert identities(record(id="a"), record(id="b")) == 2


def test_failed_attempts_at_a_call_are_one_for_each_model() -> None:
    """LiteLLM gives them the id of the call."""
    call: dict[str, Any] = {"id": "x", "litellm_call_id": "x", "status": "failure"}

    first, again = record(**call), record(**call, endTime=MADE_AT + 1)

    assert identities(first, again) == 1
    assert identities(first, record(**call, model="azure/gpt-4o")) == 2
    assert identities(first, record(litellm_call_id="x")) == 2


@pytest.mark.parametrize("kind", ["aretrieve_batch", "aget_responses"])
def test_what_is_asked_for_again_counts_once(kind: str) -> None:
    """Each time LiteLLM reports the usage of all that was made, as of a call of its own."""
    asked = [record(call_type=kind, litellm_call_id=call) for call in "ab"]

    assert identities(*asked) == 1


def test_an_id_of_any_length_is_taken() -> None:
    """LiteLLM hides where a response comes from in its id."""
    assert len(event_of(id="resp_" + "x" * 1000).event_id) == 36
