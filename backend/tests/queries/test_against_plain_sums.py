"""Every organisation-wide number against plain sums over the events, in Python."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from backend.tests.factories import NOW, event
from backend.tests.queries.plain_sums import SHOWN, Events, Plain
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.store.fold import fold
from tokentally_jobs.fold import fold_pending

pytestmark = pytest.mark.every_engine

COSTS = [None, "0", "0.0000000005", "0.000000001", "0.1", "0.3333333333", 1, "999999.999999999"]
WITH_SOURCE = ("/models", "/users")
TODAY = NOW.date()
FIRST = TODAY - timedelta(days=6)
SPAN = timedelta(days=6, hours=12)


def random_event(random: Random, event_id: int) -> dict[str, Any]:
    at = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC) + random.random() * SPAN
    counts = {name: random.choice([0, 1, 7, 10**6, 10**12]) for name in ("in", "out", "cached")}
    return event(
        event_id=str(event_id),
        occurred_at=at.isoformat(),
        source=random.choice(["codex", "claude"]),
        model=random.choice(list(SHOWN)),
        user=random.choice(["ada", "bob"]),
        team=random.choice(["Blue", "Red", None]),
        input_tokens=counts["in"],
        output_tokens=counts["out"],
        cached_input_tokens=counts["cached"],
        pricing_mode="add",
        cost_usd=random.choice(COSTS),
        success=random.random() < 0.7,
        revision=random.randrange(1000),
    )


def history(random: Random) -> tuple[Events, Events]:
    """Deliveries in their order, and the events that stand at their end."""
    first = [random_event(random, n) for n in range(40)]
    revised = [
        random_event(random, n)
        | {"revision": 1000, "source": first[n]["source"], "user": first[n]["user"]}
        for n in random.sample(range(40), 8)
    ]
    standing = {sent["event_id"]: sent for sent in [*first, *revised]}
    deliveries = [*first, *revised, *random.sample(first, 10)]
    return deliveries, list(standing.values())


def folded_stages(backend: Backend) -> Iterator[str]:
    """Before the fold, halfway through it, and after it."""
    yield "before the fold"
    assert backend.writer.run(lambda connection: fold(connection, 30)).result().rows == 30
    yield "half folded"
    fold_pending(backend)
    yield "after the fold"


@pytest.mark.parametrize("seed", range(9))
def test_every_answer_is_the_plain_sum_of_its_events(
    client: TestClient, backend: Backend, seed: int
) -> None:
    random = Random(seed)
    deliveries, standing = history(random)
    for start in range(0, len(deliveries), 20):
        posted = client.post("/v1/events", json=deliveries[start : start + 20])
        assert posted.json()["rejected"] == 0

    for stage in folded_stages(backend):
        for _ in range(4):
            ends = sorted(random.choices(range(7), k=2))
            first, last = (FIRST + timedelta(days=n) for n in ends)
            team, source = random.choice(["Blue", None]), random.choice(["codex", None])
            assert_equal(client, Plain(standing, first, last), team, source, stage)


def assert_equal(
    client: TestClient, plain: Plain, team: str | None, source: str | None, stage: str
) -> None:
    expected = {
        "/models": plain.models(team, source),
        "": plain.by_team(),
        "/users": plain.users(team, source),
        "/timeseries": plain.timeseries(),
        "/success-rate": plain.success(),
        "/cost-efficiency": plain.cells(),
        "/hourly": plain.hours(team),
    }
    dates = {"start_date": str(plain.days[0]), "end_date": str(plain.days[-1])}
    only = {"team": team or ""}
    for path, body in expected.items():
        params = dates | ({"source": source or ""} if path in WITH_SOURCE else {}) | only
        found = client.get(f"/tokens{path}", params=params).json()
        found.pop("as_of", None)
        for group in found.get("teams", []) if path == "" else []:
            for user in group["breakdown"]["api_keys"]:
                del user["api_key"]
        for user in found.get("users", []):
            del user["id"]
        assert found == body, (stage, path, params)
