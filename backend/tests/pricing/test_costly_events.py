"""Events whose computed cost is too large to be meant are refused, and nothing else is."""

import pytest
from backend.tests.engines.plain import rows
from backend.tests.exactness.handle import Handle
from backend.tests.pricing.priced import USD, add, assert_verified, at, price, sent, stored_costs
from fastapi.testclient import TestClient

pytestmark = pytest.mark.every_engine


def test_an_event_whose_cost_can_not_be_meant_is_refused_alone(
    client: TestClient, handle: Handle, database_url: str
) -> None:
    add(handle, price(input="2"))
    most = sent("most", input_tokens=500_000_000_000)
    more = sent("more", input_tokens=500_000_000_001)

    answer = client.post("/v1/events", json=[most, more, sent()]).json()

    assert answer == {
        **{"accepted": 2, "duplicate": 0, "updated": 0, "superseded": 0, "rejected": 1},
        "errors": [
            {
                "index": 1,
                "event_id": "more",
                "field": None,
                "message": "the computed cost exceeds 1000000 USD",
            }
        ],
    }
    assert stored_costs(database_url) == {
        "most": (10**15, 1, True),
        "e": (2 * USD, 1, True),
    }
    assert rows(database_url, "SELECT reason FROM ingest_stat WHERE kind = 'rejected'") == [
        ("the computed cost exceeds 1000000 USD",)
    ]


def test_a_delivery_of_nothing_but_what_can_not_be_meant_is_answered(handle: Handle) -> None:
    add(handle, price(input="2"))

    assert handle.send([sent(input_tokens=600_000_000_000)]) == ["costly"]


def test_a_revision_whose_cost_can_not_be_meant_leaves_what_is_there(
    handle: Handle, database_url: str
) -> None:
    add(handle, price(input="2"))
    handle.send([sent()])

    # the content of both is met: the greater one would move to the other's earlier time
    add(handle, price(since="2026-11-20", input="1000000"), price(since="2026-11-21", input="2"))
    handle.send([sent("f", input_tokens=2_000_000)])
    outcome = handle.send([sent("f", occurred_at=at("2026-11-20"), input_tokens=1)])

    assert outcome == ["costly"]
    assert stored_costs(database_url)["f"] == (4 * USD, 1, True)
    assert_verified(handle)
