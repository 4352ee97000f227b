"""Several servers on one database that store at the same time while others fold and rebuild."""

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from random import Random
from threading import Barrier, Event
from typing import Any

from backend.tests.exactness.answers import SHOWN
from backend.tests.exactness.deliveries import DAYS, RANGE
from backend.tests.exactness.oracle import Oracle
from backend.tests.factories import NOW, SettableClock, event

from tokentally.api.backend import Backend, open_backend
from tokentally.auth.caller import LOCAL
from tokentally.config import Settings
from tokentally.ingest.normalise import sender
from tokentally.ingest.parse import parse_json
from tokentally.store.deliver import Delivery
from tokentally.store.verify import differences, differences_of_totals
from tokentally_jobs.backfill import rebuild_days
from tokentally_jobs.fold import fold_pending

Batch = list[dict[str, Any]]
PATIENCE_SECONDS = 120
MODELS = [name for name in SHOWN if name != "unknown"]


@contextmanager
def backends(url: str, count: int) -> Iterator[list[Backend]]:
    """So many servers on one database."""
    settings = Settings(database_url=url, sqlite_synchronous="NORMAL", _env_file=None)
    with ExitStack() as stack:
        opened = [open_backend(settings, SettableClock()) for _ in range(count)]
        for backend in opened:
            stack.callback(backend.close)
        yield opened


def random_batch(random: Random, size: int, identities: int) -> Batch:
    """Events of few identities, some of them large, that move from day to day and are revised."""
    return [
        event(
            event_id=f"event-{random.randrange(identities)}",
            occurred_at=f"{random.choice(DAYS)}T{random.randrange(24):02}:30:00+00:00",
            user=random.choice(["ada", "grace"]),
            team=random.choice(["Kettle", "Teapot", f"Team {random.randrange(20)}"]),
            model=random.choice(MODELS),
            input_tokens=random.choice([1, 20, 10**12]),
            cost_usd=random.choice([None, "0.125", "1000000"]),
            revision=random.randrange(3),
        )
        for _ in range(size)
    ]


def deliver_in_step(servers: Sequence[Backend], lots: Sequence[Sequence[Batch]]) -> list[list[str]]:
    """Each server stores its lot, batch by batch, all beginning each at once; the outcomes.

    Lots are of equal length.
    """
    step = Barrier(len(servers))

    def store(server: Backend, lot: Sequence[Batch]) -> list[str]:
        outcomes: list[str] = []
        for batch in lot:
            step.wait(PATIENCE_SECONDS)
            outcomes += stored(server, batch)
        return outcomes

    with ThreadPoolExecutor(len(servers)) as threads:
        return list(threads.map(store, servers, lots))


def stored(server: Backend, batch: Batch) -> list[str]:
    """The outcomes of a batch that goes through the server's writer, as a request's does."""
    by = sender(LOCAL.user, NOW, may_name_users=True)
    parsed = parse_json(json.dumps(batch).encode(), by)
    assert not parsed.refusals
    return server.writer.submit(Delivery(parsed.events)).result(PATIENCE_SECONDS)


@contextmanager
def meanwhile(*works: Callable[[], object]) -> Iterator[list[int]]:
    """Do each work again and again in a thread of its own; how often, and no error is forgiven."""
    stop = Event()
    rounds = [0] * len(works)

    def repeat(place: int) -> None:
        while not stop.is_set():
            works[place]()
            rounds[place] += 1

    with ThreadPoolExecutor(len(works)) as threads:
        running: list[Future[None]] = [threads.submit(repeat, place) for place in range(len(works))]
        try:
            yield rounds
        finally:
            stop.set()
    for work in running:
        work.result(PATIENCE_SECONDS)


def rebuilds(server: Backend) -> Callable[[], object]:
    """Rebuild every day that has events."""
    return lambda: rebuild_days(server, list(RANGE.numbers), lambda _: None)


def folds(server: Backend) -> Callable[[], object]:
    """Fold what is pending, few rows at a time."""
    return lambda: fold_pending(server, 40)


def verifies(server: Backend) -> Callable[[], None]:
    """Compare the rollups of every day with its events."""

    def verify() -> None:
        for day in RANGE.numbers:
            with server.database.readers.connect() as connection:
                found = [*differences(connection, day), *differences_of_totals(connection)]
                assert found == []

    return verify


def oracle_of(lots: Sequence[Sequence[Batch]]) -> Oracle:
    """What must be stored in the end, in whatever order the batches came."""
    oracle = Oracle()
    for lot in lots:
        for batch in lot:
            for sent in batch:
                oracle.deliver(sent, NOW)
    return oracle
