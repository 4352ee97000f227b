"""Writers of the same events wait for each other in one order, so that none is undone."""

from random import Random

import pytest
from backend.tests.engines.plain import psycopg_connection
from backend.tests.exactness.crowd import Batch, backends, deliver_in_step, oracle_of, random_batch
from backend.tests.exactness.stored import assert_exact

ROUNDS = 15


SMALL: dict[str, object] = {"input_tokens": 1, "cost_usd": "0.125"}
LARGE: dict[str, object] = {"input_tokens": 10**12}


@pytest.mark.parametrize(
    "sizes",
    [(SMALL, SMALL, SMALL), (LARGE, LARGE, LARGE), (LARGE, SMALL, SMALL)],
    ids=["small", "large", "mixed"],
)
def test_servers_that_revise_the_same_events_never_lock_each_other_out(
    database_url: str, sizes: tuple[dict[str, object], ...]
) -> None:
    random, before = Random(4), deadlocks(database_url)
    lots = [[revisions(random, number, size) for number in range(ROUNDS)] for size in sizes]

    with backends(database_url, 3) as servers:
        deliver_in_step(servers, lots)

    assert_exact(database_url, oracle_of(lots))
    assert deadlocks(database_url) == before


def revisions(random: Random, revision: int, size: dict[str, object]) -> Batch:
    """Some of ten events, each stated anew, in any order."""
    everything = [
        {**sent, **size, "event_id": str(number), "user": "ada", "revision": revision}
        for number, sent in enumerate(random_batch(random, 10, 1))
    ]
    return random.sample(everything, 7)


def deadlocks(url: str) -> int:
    """How many there ever were, by the statistics that connections leave at their end."""
    with psycopg_connection(url) as connection:
        row = connection.execute(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        ).fetchone()
    assert row
    return int(row[0])
