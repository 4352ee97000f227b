"""A server under steady load: memory stays flat, the write-ahead log bounded, nothing waits.

    python -m trials.soak --seconds 600 --events-a-second 20000

The end is a proof: every event is there once, every sum right, and no row is left pending for
longer than a few seconds.
"""

import argparse
import random
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import httpx
from backend.tests.engines.plain import opened

from trials.batches import MODELS, SOURCES, TEAMS
from trials.programs import Program, environment, launch, until

BATCH = 1_000
USERS = 200
MAX_GROWTH_MB = 40.0
MAX_WAL_MB = 64.0
DRAINED_SECONDS = 5.0


class SoakReport(NamedTuple):
    """What the server took, and what it took up."""

    events: int
    seconds: float
    first_mb: float
    last_mb: float
    wal_mb: float
    drained_seconds: float

    def __str__(self) -> str:
        return (
            f"soak: {self.events:,} events in {self.seconds:.0f} s; memory {self.first_mb:.0f} MB "
            f"early, {self.last_mb:.0f} MB late; write-ahead log at most {self.wal_mb:.0f} MB; "
            f"pending drained in {self.drained_seconds:.1f} s"
        )


class Usage(NamedTuple):
    """Memory of the process and size of the write-ahead log, in MB."""

    memory: float
    wal: float


def run_soak(folder: Path, seconds: float, rate: int) -> SoakReport:
    """Send `rate` events a second for `seconds`; AssertionError if anything is wrong."""
    database = folder / "soak.db"
    server = launch(["serve", "--port", "0"], environment(database), folder / "serve.log")
    try:
        sent, usages = feed(server, database, seconds, rate)
        drained = drain(database)
    finally:
        status = server.end()
    assert status == 0, server.said()
    assert_counted(database, sent)
    verify = launch(["verify"], environment(database), folder / "verify.log")
    assert verify.wait() == 0, verify.said()
    third = max(1, len(usages) // 3)
    report = SoakReport(
        events=sent,
        seconds=seconds,
        first_mb=median(usage.memory for usage in usages[third : 2 * third]),
        last_mb=median(usage.memory for usage in usages[-third:]),
        wal_mb=max(usage.wal for usage in usages),
        drained_seconds=drained,
    )
    assert report.last_mb - report.first_mb < MAX_GROWTH_MB, str(report)
    assert report.wal_mb < MAX_WAL_MB, str(report)
    assert report.drained_seconds < DRAINED_SECONDS, str(report)
    return report


def feed(server: Program, database: Path, seconds: float, rate: int) -> tuple[int, list[Usage]]:
    """Post batches at an even pace; how many events, and the usage at every second."""
    chance = random.Random(1)
    sent = 0
    usages: list[Usage] = []
    started = time.monotonic()
    with httpx.Client(base_url=server.url(), timeout=60, trust_env=False) as http:
        while (elapsed := time.monotonic() - started) < seconds:
            if sent <= elapsed * rate:
                answer = http.post("/v1/events", json={"events": batch(chance, sent)})
                assert answer.status_code == 200, answer.text
                assert answer.json()["accepted"] == BATCH, answer.text
                sent += BATCH
            else:
                assert http.get("/tokens/models").status_code == 200
            if elapsed > len(usages):
                usages.append(usage_of(server.pid, database))
    return sent, usages


def batch(chance: random.Random, start: int) -> list[dict[str, Any]]:
    """New events of many users, now and then a late one."""
    now = datetime.now(UTC)
    return [
        {
            "event_id": f"{chance.getrandbits(128):032x}",
            "occurred_at": (now - timedelta(days=30 * (chance.random() < 0.02))).isoformat(),
            "source": chance.choice(SOURCES),
            "model": chance.choice(MODELS),
            "user": f"user-{chance.randrange(USERS)}",
            "team": chance.choice(TEAMS),
            "input_tokens": number % 5_000,
            "output_tokens": number % 500,
        }
        for number in range(start, start + BATCH)
    ]


def usage_of(pid: int, database: Path) -> Usage:
    """What the process and its write-ahead log take now."""
    status = Path(f"/proc/{pid}/status").read_text().split("VmRSS:")[1]
    log = Path(f"{database}-wal")
    return Usage(int(status.split()[0]) / 1024, log.stat().st_size / 2**20 if log.exists() else 0)


def drain(database: Path) -> float:
    """Seconds until nothing is pending."""
    started = time.monotonic()

    def nothing_pending() -> bool:
        with opened(database) as connection:
            return not connection.execute("SELECT 1 FROM pending_usage LIMIT 1").fetchone()

    until(nothing_pending, "pending rows are not folded")
    return time.monotonic() - started


def assert_counted(database: Path, sent: int) -> None:
    """As many events as were sent, with their tokens."""
    with opened(database) as connection:
        found = connection.execute(
            "SELECT count(*), sum(input_tokens), sum(output_tokens) FROM token_event"
        ).fetchone()
    numbers = range(sent)
    assert found == (sent, sum(n % 5_000 for n in numbers), sum(n % 500 for n in numbers))


def main() -> None:
    """Run from the command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=600)
    options.add_argument("--events-a-second", type=int, default=10_000)
    given = options.parse_args()
    with TemporaryDirectory() as folder:
        report = run_soak(Path(folder), given.seconds, given.events_a_second)
    sys.stdout.write(f"{report}\n")


if __name__ == "__main__":
    main()
