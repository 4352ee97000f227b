"""Ingest: in process, through HTTP in batches, and one event a request."""

import asyncio
import sqlite3
import time
from pathlib import Path

import msgspec

from benchmarks.database import batches, database, door_to, file_url
from benchmarks.load import DAYS, FIRST_DAY, load
from benchmarks.measure import Figure, percentile, seconds
from benchmarks.server import exchange, post, running_server
from tokentally.clock import rfc3339
from tokentally.models.event import Event
from tokentally.store.deliver import Delivery, deliver
from tokentally.store.exclusive import exclusively
from tokentally.store.fold import fold

BATCH = 1_000


def in_process(folder: Path) -> list[Figure]:
    """Normalised events to acknowledged and folded, against bare executemany of the same rows."""
    url = file_url(folder / "in-process.db")
    some = batches(load(400_000, ordered=True), BATCH, 200)

    def run() -> None:
        with database(url) as opened:
            door = door_to(opened)
            for number, batch in enumerate(some):
                deliver(door, [Delivery(batch)])
                if number % 20 == 19:
                    exclusively(opened, fold)

    took, bare = seconds(run), seconds(lambda: _bare(folder / "bare.db", some))
    rate = BATCH * len(some) / took
    return [
        Figure(
            "ingest in process, acknowledged and folded, batches of 1,000",
            rate,
            "events/s",
            ">= 100,000",
            "sqlite3 executemany of bare rows",
            bare / took,
        )
    ]


def _bare(path: Path, some: list[list[Event]]) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE e (id TEXT PRIMARY KEY, at INT, m TEXT, i INT, c INT, o INT)")
    for batch in some:
        rows = [
            (e.event_id, e.occurred_at, e.model, e.input_tokens, e.cached_input_tokens,
             e.output_tokens)
            for e in batch
        ]  # fmt: skip
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO e VALUES (?, ?, ?, ?, ?, ?)", rows)
        connection.execute("COMMIT")
    connection.close()


def through_http(url: str, *, ordered: bool, rows: int, goal: str) -> list[Figure]:
    """Batches of 1,000 from 4 clients into a database that has `rows` events already."""
    fresh = load(400_000, ordered=ordered, seed=11 + ordered, first_day=FIRST_DAY + DAYS - 364)
    requests = [post("/v1/events", _body(batch)) for batch in batches(fresh, BATCH, 200)]
    with running_server(url) as server:
        took = seconds(lambda: asyncio.run(exchange(server.host, server.port, requests, 4)))
        memory = server.rss_mb()
    kind = "in the order of time" if ordered else "random"
    return [
        Figure(
            f"ingest through HTTP, batches of 1,000, ids {kind}, {rows:,} rows in the table",
            BATCH * len(requests) / took,
            "events/s",
            goal,
        ),
        Figure(f"memory of serve after that, ids {kind}", memory, "MB", "<= 200"),
    ]


def single_events(url: str, goal: str = ">= 3,000") -> list[Figure]:
    """One event a request from 32 clients, each answered after its commit is synced to disk."""
    events = load(400_000, ordered=True, seed=3)
    requests = [post("/v1/events", _body(batch)) for batch in batches(events, 1, 20_000)]
    with running_server(url) as server:
        start = time.perf_counter()
        latencies = asyncio.run(exchange(server.host, server.port, requests, 32))
        took = time.perf_counter() - start
    return [
        Figure("single events, 32 clients", len(requests) / took, "requests/s", goal),
        Figure("the same, p99", 1000 * percentile(latencies, 0.99), "ms", "<= 50"),
    ]


def _body(events: list[Event]) -> bytes:
    return msgspec.json.encode({"events": [_sent(event) for event in events]})


def _sent(event: Event) -> dict[str, object]:
    return {
        "event_id": event.event_id,
        "occurred_at": rfc3339(event.occurred_at),
        "source": event.source,
        "model": event.model,
        "input_tokens": event.input_tokens,
        "cached_input_tokens": event.cached_input_tokens,
        "output_tokens": event.output_tokens,
        "reasoning_output_tokens": event.reasoning_output_tokens,
        "user": event.user,
        "team": event.team,
    }
