"""Prices, withdrawals and questions that can't be meant are refused with the reason."""

from typing import Any

import pytest
from backend.tests.factories import problem
from backend.tests.pricing.price_door import PRICES, WISH, in_force, log
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend

pytestmark = pytest.mark.every_engine

SIGN_IN = True


@pytest.mark.parametrize(
    ("wrong", "detail"),
    [
        ({"input": "-1"}, "input -1 is negative"),
        ({"input": "nan"}, "input NaN is no number"),
        ({"output": "1,5"}, "output '1,5' is no number"),
        ({"output": "1000001"}, "output 1000001 is more than 1000000 USD per million tokens"),
        ({"output": "1e999999999"}, "output '1e999999999' can't be a price"),
        ({"cached_input": "-1e-999999999"}, "cached_input '-1e-999999999' can't be a price"),
        ({"cache_write": ""}, "cache_write '' is no number"),
        ({"input": 2}, "input: Expected `str`, got `int`"),
        ({"model": " "}, "model must be 1 to 200 characters"),
        ({"model": "\0"}, "model must not contain a NUL character or half a surrogate pair"),
        ({"why": "w" * 201}, "why must be at most 200 characters"),
        (
            {"effective_from": "2026-02-30"},
            "effective_from '2026-02-30' is no date; write YYYY-MM-DD",
        ),
        ({"effective_from": "1999-01-01"}, "effective_from must lie from 2015-01-01 to 2100-01-01"),
        (
            {"tier_from_input_tokens": -1},
            "a tier must begin at 0 to 1000000000000 input tokens",
        ),
        (
            {"tier_from_input_tokens": 2**63},
            "a tier must begin at 0 to 1000000000000 input tokens",
        ),
        ({"source": "openrouter"}, "Object contains unknown field `source`"),
    ],
)
def test_a_price_that_can_not_be_meant_is_refused_with_the_reason(
    admin: TestClient, backend: Backend, wrong: dict[str, Any], detail: str
) -> None:
    refused = admin.post(PRICES, json=WISH | wrong)

    assert (refused.status_code, refused.json()) == (400, problem(400, detail))
    assert (in_force(admin)["prices"], log(backend)) == ([], [])


@pytest.mark.parametrize(
    ("given", "detail"),
    [
        ({"effective_from": "2026-01-01"}, "model must be 1 to 200 characters"),
        ({"model": "m"}, "effective_from '' is no date; write YYYY-MM-DD"),
        (
            {"model": "m", "effective_from": "2026-01-01", "tier_from_input_tokens": "-1"},
            "tier_from_input_tokens must be a number from 0 to 1000000000000",
        ),
        (
            {"model": "m", "effective_from": "2026-01-01", "why": "w" * 201},
            "why must be at most 200 characters",
        ),
    ],
)
def test_a_withdrawal_that_can_not_be_meant_is_refused(
    admin: TestClient, given: dict[str, str], detail: str
) -> None:
    refused = admin.delete(PRICES, params=given)

    assert (refused.status_code, refused.json()) == (400, problem(400, detail))


@pytest.mark.parametrize(
    ("given", "detail"),
    [
        ({"day": "today"}, "day 'today' is no date; write YYYY-MM-DD"),
        ({"day": "2014-12-31"}, "day must lie from 2015-01-01 to 2100-01-01"),
        ({"model": "m" * 201}, "model must be at most 200 characters"),
    ],
)
def test_a_question_that_can_not_be_meant_is_refused(
    admin: TestClient, given: dict[str, str], detail: str
) -> None:
    refused = admin.get(PRICES, params=given)

    assert (refused.status_code, refused.json()) == (400, problem(400, detail))
