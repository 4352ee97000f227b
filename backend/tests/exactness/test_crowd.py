"""Many servers write to one database at the same time: nothing is refused, lost or doubled."""

from random import Random

import pytest
from backend.tests.exactness.crowd import (
    Batch,
    backends,
    deliver_in_step,
    folds,
    meanwhile,
    oracle_of,
    random_batch,
    rebuilds,
    verifies,
)
from backend.tests.exactness.stored import assert_exact

from tokentally_jobs.fold import fold_pending

pytestmark = pytest.mark.every_engine

ROUNDS = 40


def test_two_servers_may_store_the_same_events_in_opposite_orders(database_url: str) -> None:
    random = Random(1)
    lot = [random_batch(random, 25, 15 * (1 + number // 4)) for number in range(ROUNDS)]
    lots = [lot, [batch[::-1] for batch in lot]]

    with backends(database_url, 2) as servers:
        outcomes = deliver_in_step(servers, lots)
        fold_pending(servers[0])

    oracle = oracle_of(lots)
    told = outcomes[0] + outcomes[1]
    assert set(told) == {"accepted", "updated", "duplicate", "superseded"}
    assert told.count("accepted") == len(oracle.events)
    assert_exact(database_url, oracle)


def test_three_servers_may_revise_the_same_events_at_the_same_time(database_url: str) -> None:
    random = Random(3)
    lots = [[random_revisions(random, revision) for revision in range(ROUNDS)] for _ in range(3)]

    with backends(database_url, 3) as servers:
        outcomes = deliver_in_step(servers, lots)

    oracle = oracle_of(lots)
    assert sum(told.count("accepted") for told in outcomes) == len(oracle.events)
    assert_exact(database_url, oracle)


def random_revisions(random: Random, revision: int) -> Batch:
    """Few events, each stated anew, in any order; small ones, for writers of large take turns."""
    small = {"user": "ada", "cost_usd": "0.125", "revision": revision}
    return [
        {**sent, **small, "event_id": str(number), "input_tokens": random.randrange(1_000)}
        for number, sent in random.sample([*enumerate(random_batch(random, 6, 1))], 6)
    ]


def test_four_servers_store_while_others_fold_rebuild_and_verify(database_url: str) -> None:
    random = Random(2)
    lots = [[random_batch(random, 20, 200) for _ in range(ROUNDS // 3)] for _ in range(4)]

    with backends(database_url, 8) as [*storing, folding, other, rebuilding, verifying]:
        jobs = (folds(folding), folds(other), rebuilds(rebuilding), verifies(verifying))
        with meanwhile(*jobs) as rounds:
            outcomes = deliver_in_step(storing, lots)

    oracle = oracle_of(lots)
    assert min(rounds) > 0
    assert sum(told.count("accepted") for told in outcomes) == len(oracle.events)
    assert_exact(database_url, oracle)
