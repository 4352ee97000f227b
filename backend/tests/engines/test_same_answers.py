"""Every engine gives the same answers, byte for byte, after the same random history."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from random import Random
from typing import Any, NamedTuple

import pytest
from backend.tests.engines.engine import Engine
from backend.tests.engines.plain import change
from backend.tests.exactness.stored import ROLLUPS
from backend.tests.factories import NOW, SettableClock, event
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend, open_backend
from tokentally.api.server import create_backend
from tokentally.config import Settings
from tokentally.days import day_number
from tokentally.store.fold import fold
from tokentally.store.rebuild import rebuild_day
from tokentally_jobs.backfill import mend_missing_rollups
from tokentally_jobs.fold import fold_pending

STEPS = 9
NAMES = [
    "a",
    "A",
    "b",
    "B",
    "Z",
    "_",
    "é",
    "e",
    "ß",
    "ss",
    "Ω",
    "10",
    "9",
    "a b",
    "a-b",
    "😀",
    "模",
]
"""Languages sort these in another way than their code points do."""
DAYS = ["2026-11-19", "2026-11-20", "2026-11-21"]
NEARLY_HALF = 2**62 - 1
AS_IF_MILLIONS = [
    *(
        f"UPDATE {table} SET cost_nano_usd = {NEARLY_HALF}, input_tokens = {NEARLY_HALF},"  # noqa: S608
        f" output_tokens = {NEARLY_HALF}, unpriced_tokens = 1"
        for table in ROLLUPS
    ),
    "UPDATE data_version SET version = version + 1",
]


class Server(NamedTuple):
    """A server on one of the engines."""

    url: str
    backend: Backend
    client: TestClient

    def post(self, events: list[dict[str, Any]]) -> object:
        """All of the answer to a delivery."""
        return answer(self.client.post("/v1/events", json=events))

    def get(self, path: str, params: dict[str, str]) -> object:
        """All of the answer to a question."""
        return answer(self.client.get(path, params=params))


@pytest.fixture
def servers(sqlite: Engine, postgresql: Engine, clock: SettableClock) -> Iterator[list[Server]]:
    """One server on each engine, with one clock."""
    with ExitStack() as stack:
        yield [stack.enter_context(server(engine, clock)) for engine in (sqlite, postgresql)]


@contextmanager
def server(engine: Engine, clock: SettableClock) -> Iterator[Server]:
    url = engine.fresh()
    settings = Settings(database_url=url, sqlite_synchronous="NORMAL", _env_file=None)
    backend = open_backend(settings, clock)
    with TestClient(create_backend(backend), base_url="http://localhost") as client:
        yield Server(url, backend, client)
    backend.close()
    engine.drop(url)


@pytest.mark.parametrize("seed", range(5))
def test_the_same_history_has_the_same_answers_on_every_engine(
    servers: list[Server], clock: SettableClock, seed: int
) -> None:
    random = Random(seed)
    sent: list[dict[str, Any]] = []

    for step in range(STEPS):
        clock.now = NOW.replace(minute=step)
        the_same(servers, random_step(random, sent))
        assert_same_answers(servers, random)


def test_sums_past_64_bits_are_the_same_on_every_engine(servers: list[Server]) -> None:
    random = Random(64)
    events = [random_event(random, n) for n in range(60)]
    the_same(servers, lambda server: server.post(events))
    the_same(servers, lambda server: fold_pending(server.backend))

    for one in servers:
        change(one.url, *AS_IF_MILLIONS)

    assert_same_answers(servers, random)
    for_all_days = {"start_date": DAYS[0], "end_date": DAYS[-1]}
    told = the_same(servers, lambda server: server.get("/tokens/cost-efficiency", for_all_days))
    assert "4611686018.427388" in str(told)


def random_step(random: Random, sent: list[dict[str, Any]]) -> Callable[[Server], object]:
    """Something to be done on every engine; deliveries are added to `sent`."""
    batch = [random_event(random, random.randrange(40)) for _ in range(random.randrange(1, 25))]
    again = [one | {"revision": random.randrange(3)} for one in sent if random.random() < 0.3]
    day, table = day_number(NOW.date()) - random.randrange(3), random.choice(ROLLUPS)
    step = random.choice(["new", "new", "again", "fold", "fold some", "rebuild", "drop", "mend"])
    if step in ("new", "again") or not sent:
        delivery = again if step == "again" and again else batch
        sent += delivery
        return lambda server: server.post(delivery)
    work: dict[str, Callable[[Server], object]] = {
        "fold": lambda server: fold_pending(server.backend),
        "fold some": lambda server: server.backend.change_rollups(partial(fold, limit=7)),
        "rebuild": lambda server: rebuilt(server.backend, day),
        "drop": lambda server: drop(server.url, table),
        "mend": lambda server: mend_missing_rollups(server.backend),
    }
    return work[step]


def random_event(random: Random, number: int) -> dict[str, Any]:
    """One of few identities and few numbers, so that totals are often equal."""
    return event(
        event_id=f"event-{number}",
        occurred_at=f"{random.choice(DAYS)}T{random.randrange(12):02}:59:59.999999Z",
        user=random.choice(NAMES),
        team=random.choice([None, *NAMES]),
        source=random.choice(["_", "é", "z", "codex"]),
        model=random.choice(["openai/gpt-4.1", "gpt-4.1", *NAMES]),
        input_tokens=random.choice([0, 100, 100, 10**12]),
        output_tokens=random.choice([0, 100]),
        cost_usd=random.choice([None, "0", "0.0000005", "0.3333333333", "999999.999999999"]),
        success=random.random() < 0.7,
        revision=random.randrange(2),
    )


def rebuilt(backend: Backend, day: int) -> object:
    if mend_missing_rollups(backend):
        return "mended"
    return backend.change_rollups(partial(rebuild_day, day=day))


def drop(url: str, table: str) -> None:
    """By hand; the data version is raised, so that no kept answer is given."""
    change(url, f"DROP TABLE IF EXISTS {table}", "UPDATE data_version SET version = version + 1")


def assert_same_answers(servers: list[Server], random: Random) -> None:
    """The answers to every question about usage, over some ranges and with some filters."""
    described = servers[0].client.get("/openapi.json").json()["paths"]
    paths = [path for path, methods in described.items() if "/tokens" in path and "get" in methods]
    assert len(paths) >= 6
    day = random.choice(DAYS)
    whole = {"start_date": DAYS[0], "end_date": DAYS[-1]}
    for path in paths:
        for params in (
            {},
            whole,
            {"start_date": day, "end_date": day, "team": random.choice(NAMES)},
            whole | {"source": random.choice(["_", "é", "Codex"])},
            whole | {"team": random.choice(NAMES), "source": "z"},
        ):
            the_same(servers, partial(Server.get, path=path, params=params))


def the_same(servers: list[Server], ask: Callable[[Server], object]) -> object:
    """What all of them answer."""
    here, *others = [ask(server) for server in servers]
    assert others == [here] * len(others)
    return here


def answer(response: Any) -> object:
    kept = ("content-type", "content-length", "x-tokentally-rollup", "etag")
    headers = {name: response.headers.get(name) for name in kept}
    return response.status_code, headers, response.content.decode()
