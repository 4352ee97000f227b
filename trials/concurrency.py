"""Two servers on one file, each with its own scheduler, under mixed load.

    python -m trials.concurrency --seconds 300

No request may fail for a lock, every row is folded once, and every sum is right at the end.
"""

import argparse
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import NamedTuple

import httpx
from backend.tests.exactness.stored import opened

from trials.load import Client, Sent
from trials.programs import Program, Zygote, environment
from trials.proof import assert_nothing_lost

SERVERS = 2
CLIENTS_A_SERVER = 2
FOLD_INTERVAL_SECONDS = 0.05
PATHS = ("", "/models", "/timeseries", "/success-rate", "/cost-efficiency", "/hourly")


class ConcurrencyReport(NamedTuple):
    """What was done meanwhile."""

    acknowledged: int
    answers: int
    folded: int
    seconds: float

    def __str__(self) -> str:
        return (
            f"concurrency: {self.acknowledged:,} events acknowledged and {self.answers:,} answers "
            f"from {SERVERS} servers in {self.seconds:.0f} s; {self.folded:,} rows folded once"
        )


class Reader(Thread):
    """Asks every `/tokens` question in turn."""

    def __init__(self, url: str, stop: Event) -> None:
        super().__init__(name="reader")
        self.answers = 0
        self.failures: list[str] = []
        self._url = url
        self._halt = stop

    def run(self) -> None:
        with httpx.Client(timeout=30, trust_env=False) as http:
            while not self._halt.is_set():
                for path in PATHS:
                    self._ask(http, path)

    def _ask(self, http: httpx.Client, path: str) -> None:
        answer = http.get(f"{self._url}/tokens{path}")
        self.answers += 1
        if answer.status_code != 200:
            self.failures.append(f"GET /tokens{path}: {answer.status_code} {answer.text[:200]}")


def run_concurrency(folder: Path, seconds: float, zygote: Zygote) -> ConcurrencyReport:
    """Load two servers for `seconds`; AssertionError if anything is wrong."""
    database = folder / "concurrency.db"
    count_pending_rows(zygote, database, folder)
    with servers(zygote, database, folder) as urls:
        sent, readers = load(urls, seconds)
    failures = [failure for reader in readers for failure in reader.failures]
    assert not failures, failures[:5]
    assert not any(one.abandoned or one.resent for one in sent), "a request failed"
    assert_nothing_lost(database, sent, folder / "verify.log")
    folded = assert_folded_once(database)
    for log in folder.glob("serve-*.log"):
        assert "locked" not in log.read_text(), log.read_text()
    return ConcurrencyReport(
        acknowledged=sum(one.acknowledged_events for one in sent),
        answers=sum(reader.answers for reader in readers),
        folded=folded,
        seconds=seconds,
    )


@contextmanager
def servers(
    zygote: Zygote, database: Path, folder: Path, count: int = SERVERS, **settings: object
) -> Iterator[list[str]]:
    """The addresses of servers on one file; they are asked to end at the end."""
    env = environment(database, **({"fold_interval_seconds": FOLD_INTERVAL_SECONDS} | settings))
    running: list[Program] = []
    try:
        for number in range(count):
            log = folder / f"serve-{number}.log"
            running.append(zygote.launch(["serve", "--port", "0"], env, log))
        yield [program.url() for program in running]
    finally:
        statuses = [program.end() for program in running]
    assert statuses == [0] * count, [program.said() for program in running]


def load(urls: Sequence[str], seconds: float) -> tuple[list[Sent], list[Reader]]:
    """Clients and a reader for each server, for so long."""
    stop = Event()
    clients = [
        Client(number, lambda url=url: url, stop)  # type: ignore[misc]
        for number, url in enumerate([*urls] * CLIENTS_A_SERVER)
    ]
    readers = [Reader(url, stop) for url in urls]
    threads: list[Thread] = [*clients, *readers]
    for thread in threads:
        thread.start()
    stop.wait(seconds)
    stop.set()
    for thread in threads:
        thread.join()
    return [client.sent for client in clients], readers


def count_pending_rows(zygote: Zygote, database: Path, folder: Path) -> None:
    """Make a database that counts the rows that are ever put into the pending table."""
    made = zygote.launch(["fold"], environment(database), folder / "make.log")
    assert made.wait() == 0, made.said()
    connection = sqlite3.connect(database)
    connection.executescript(
        "CREATE TABLE ever_pending (n INTEGER); INSERT INTO ever_pending VALUES (0);"
        "CREATE TRIGGER count_pending AFTER INSERT ON pending_usage "
        "BEGIN UPDATE ever_pending SET n = n + 1; END"
    )
    connection.close()


def assert_folded_once(database: Path) -> int:
    """The folds together took exactly the rows that were ever pending; returns how many."""
    with opened(database) as connection:
        [folded] = connection.execute("SELECT sum(rows) FROM job_run WHERE job = 'fold'").fetchone()
        [ever] = connection.execute("SELECT n FROM ever_pending").fetchone()
        [pending] = connection.execute("SELECT count(*) FROM pending_usage").fetchone()
    assert (folded, pending) == (ever, 0), f"{folded} rows folded of {ever}, {pending} pending"
    return int(folded)


def main() -> None:
    """Run from the command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=300)
    given = options.parse_args()
    with TemporaryDirectory() as folder, Zygote() as zygote:
        report = run_concurrency(Path(folder), given.seconds, zygote)
    sys.stdout.write(f"{report}\n")


if __name__ == "__main__":
    main()
