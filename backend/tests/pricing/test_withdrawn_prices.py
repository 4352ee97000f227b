"""Prices are withdrawn by hand, whatever their source."""

import pytest
from backend.tests.factories import problem
from backend.tests.pricing.price_door import PRICES, SHOWN, WISH, book, in_force, log
from backend.tests.pricing.priced import price
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend

pytestmark = pytest.mark.every_engine

SIGN_IN = True


def test_a_mistake_is_withdrawn_with_its_tiers(admin: TestClient, backend: Backend) -> None:
    given = {"model": " M", "effective_from": "2026-01-01"}
    admin.post(PRICES, json=WISH)
    admin.post(PRICES, json=WISH | {"tier_from_input_tokens": 9})
    admin.post(PRICES, json=WISH | {"tier_from_input_tokens": 7})

    tier = admin.delete(PRICES, params=given | {"tier_from_input_tokens": "9", "why": "typo"})
    both = admin.delete(PRICES, params=given)
    again = admin.delete(PRICES, params=given)

    nine, seven = ({"tier_from_input_tokens": tokens} for tokens in (9, 7))
    assert (tier.status_code, tier.json()) == (200, {"withdrawn": [SHOWN | nine]})
    assert (both.status_code, both.json()) == (200, {"withdrawn": [SHOWN, SHOWN | seven]})
    assert (again.status_code, again.json()) == (404, problem(404, "m has no such price"))
    assert in_force(admin)["prices"] == []
    words = (
        "m: input 2, output 8 USD per million tokens from 2026-01-01 for inputs from 9 tokens on"
    )
    assert log(backend)[3] == ("grace", "remove", "typo", words)


def test_prices_of_every_source_can_be_withdrawn(admin: TestClient, backend: Backend) -> None:
    book(backend, price("a/b?c", "2026-01-01", source="openrouter"))
    given = {"model": "a/b?c", "effective_from": "2026-01-01"}

    own = admin.delete(PRICES, params=given)
    other = admin.delete(PRICES, params=given | {"source": "openrouter"})

    assert (own.status_code, other.status_code) == (404, 200)
    assert other.json() == {"withdrawn": [SHOWN | {"model": "a/b?c", "source": "openrouter"}]}
