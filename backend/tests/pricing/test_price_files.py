"""Prices from files of OpenRouter and LiteLLM, and what they would add to the book."""

import json
from typing import Any

import pytest
from backend.tests.pricing.priced import USD, price

from tokentally.pricing.price_file import NoPriceFile, read_price_file
from tokentally.pricing.update import Addition, additions
from tokentally.store.prices import Price

DAY = 20_778
"""2026-11-21."""


def read(document: object) -> Any:
    return read_price_file(json.dumps(document).encode(), DAY)


def openrouter(**pricing: object) -> dict[str, Any]:
    return {"data": [{"id": "Vendor/Model", "pricing": pricing}]}


def litellm(name: str = "Vendor/Model", **stated: object) -> dict[str, Any]:
    return {name: {"litellm_provider": "vendor", "mode": "chat", **stated}}


def test_openrouter_gives_usd_a_token_as_text() -> None:
    file = read(
        openrouter(
            prompt="0.00000175",
            completion="0.000014",
            request="0",
            image="0.7",
            input_cache_read="0.000000175",
            input_cache_write="0.000002",
            internal_reasoning="0",
        )
    )

    rates: dict[str, Any] = {
        "input": "1.75",
        "output": "14",
        "cached_input": "0.175",
        "cache_write": "2",
    }
    assert file.prices == [
        price("vendor/model", "2026-11-21", source="openrouter", tier=0, **rates)
    ]
    assert file.refused == []


@pytest.mark.parametrize(
    ("pricing", "reason"),
    [
        ({"prompt": "-1", "completion": "-1"}, "input -1000000 is negative"),
        (
            {"prompt": "0", "completion": "1", "request": "0.01"},
            "request is a price by an unknown unit",
        ),
        ({"prompt": "0", "completion": "1", "mile": "2"}, "mile is a price by an unknown unit"),
        ({"prompt": "x", "completion": "1"}, "prompt 'x' is no number"),
        ({"prompt": "NaN", "completion": "1"}, "input NaN is no number"),
        (
            {"prompt": "2", "completion": "1"},
            "input 2000000 is more than 1000000 USD per million tokens",
        ),
        ({"prompt": "1"}, "it has no price by the token"),
        ({}, "it has no price by the token"),
    ],
)
def test_openrouter_models_that_can_not_be_priced_are_told_with_the_reason(
    pricing: dict[str, Any], reason: str
) -> None:
    good = openrouter(prompt="0", completion="0")["data"]
    bad = [{"id": "bad/one", "pricing": pricing}]

    file = read({"data": [*bad, *good]})

    assert file.refused == [("bad/one", reason)]
    assert [each.model for each in file.prices] == ["vendor/model"]


def test_litellm_gives_usd_a_token_as_numbers_with_tiers_in_names() -> None:
    file = read(
        {
            "sample_spec": {"input_cost_per_token": 0},
            **litellm(
                input_cost_per_token=1.25e-06,
                output_cost_per_token=1e-05,
                cache_read_input_token_cost=1.25e-07,
                cache_creation_input_token_cost=3.75e-06,
                cache_creation_input_token_cost_above_1hr=6e-06,
                output_cost_per_reasoning_token=None,
                input_cost_per_token_above_200k_tokens=2.5e-06,
                output_cost_per_token_above_200k_tokens=1.5e-05,
                input_cost_per_token_batches=6e-07,
                input_cost_per_token_priority=6e-06,
            ),
        }
    )

    special: dict[str, Any] = {
        "cached_input": "0.125",
        "cache_write": "3.75",
        "cache_write_1h": "6",
    }
    named = ("vendor/model", "2026-11-21")
    assert file.prices == [
        price(*named, source="litellm", input="1.25", output="10", **special),
        price(*named, source="litellm", tier=200_001, input="2.5", output="15", **special),
    ]
    assert file.refused == []


@pytest.mark.parametrize(
    ("stated", "reason"),
    [
        (
            {"input_cost_per_second": 0.1, "output_cost_per_second": 0},
            "it has no price by the token, only by an unknown unit (second)",
        ),
        ({}, "it has no price by the token"),
        ({"input_cost_per_token": -1e-06}, "input -1.000000 is negative"),
        ({"input_cost_per_token": "1e-06"}, "input_cost_per_token '1e-06' is no number"),
        (
            {"input_cost_per_token": 5},
            "input 5000000 is more than 1000000 USD per million tokens",
        ),
    ],
)
def test_litellm_models_that_can_not_be_priced_are_told_with_the_reason(
    stated: dict[str, Any], reason: str
) -> None:
    file = read(litellm("bad", **stated) | litellm(input_cost_per_token=1e-06))

    assert file.refused == [("bad", reason)]
    assert [(each.model, each.output_rate) for each in file.prices] == [("vendor/model", 0)]


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"a": 1}', b'{"a": {}}', b"\xff", b"nope"]
)
def test_anything_else_is_no_price_file(content: bytes) -> None:
    with pytest.raises(NoPriceFile):
        read_price_file(content, DAY)


def old(**given: Any) -> Price:
    return price("m", "2026-01-01", source="litellm", **given)._replace(id=7)


def new(**given: Any) -> Price:
    return price("m", "2026-11-21", source="openrouter", **given)


def test_what_is_the_same_adds_nothing() -> None:
    assert additions([old()], [new()], DAY) == []


def test_a_rate_that_says_what_its_fallback_says_adds_nothing() -> None:
    assert additions([old()], [new(cached_input="2")], DAY) == []


def test_what_differs_is_added_from_the_day_on() -> None:
    assert additions([old()], [new(input="3")], DAY) == [Addition(new(input="3"), old())]


def test_a_model_that_is_new_is_added() -> None:
    other = price("other", "2026-11-21", source="openrouter")

    assert additions([old()], [other], DAY) == [Addition(other, None)]


def test_own_prices_do_not_keep_others_out() -> None:
    own = price("m")._replace(id=3)

    assert additions([own], [new()], DAY) == [Addition(new(), None)]


def test_offered_prices_of_the_past_hold_from_the_day_on_and_later_ones_from_theirs() -> None:
    offered = [
        price("m", "2015-01-01", source="genai-prices", input="1"),
        price("m", "2026-02-01", source="genai-prices", input="3"),
        price("m", "2026-12-01", source="genai-prices", input="4"),
    ]

    assert additions([old()], offered, DAY) == [
        Addition(price("m", "2026-11-21", source="genai-prices", input="3"), old()),
        Addition(offered[2], None),
    ]


def test_a_later_price_is_added_though_another_source_has_the_same_now() -> None:
    stored = price("m", "2026-11-21", source="litellm")._replace(id=7)
    offered = [
        price("m", "2026-02-01", source="genai-prices", input="3"),
        price("m", "2026-12-01", source="genai-prices"),
    ]

    assert additions([stored], offered, DAY) == [
        Addition(price("m", "2026-11-21", source="genai-prices", input="3"), stored),
        Addition(offered[1], None),
    ]


def test_a_tier_that_is_gone_is_withdrawn_if_its_day_is_the_same() -> None:
    stored = [new()._replace(id=1), new(tier=9, input="5")._replace(id=2)]

    assert additions(stored, [new()], DAY) == [
        Addition(new(), stored[0]),
        Addition(new(tier=9, input="5", active=0), stored[1]),
    ]


def test_additions_once_added_add_nothing_more() -> None:
    offered = [new(input="3"), new(tier=9, input="5")]
    added = [each.price for each in additions([old()], offered, DAY)]

    stored = [old(), *(each._replace(id=10 + n) for n, each in enumerate(added))]

    assert [each.input_rate for each in added] == [3 * USD, 5 * USD]
    assert additions(stored, offered, DAY) == []
