"""Several processes with schedulers on one database, under mixed load.

    python -m trials.concurrency --seconds 300
    python -m trials.concurrency --seconds 300 --postgresql

No request may fail, answers only grow, every row is folded once, and every sum is right at the
end. Some of the clients send the same identities at the same time.
"""

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import NamedTuple

from backend.tests.engines.plain import address

from trials.batches import Maker, OwnEvents, SharedEvents
from trials.cluster import Cluster, cluster
from trials.fleet import Fleet, fleet
from trials.folded import assert_folded_once, count_pending_rows
from trials.load import Client, Sent, running
from trials.programs import Zygote
from trials.proof import assert_nothing_lost
from trials.reader import Reader

ON_SQLITE = Fleet(servers=2)
ON_POSTGRESQL = Fleet(api_workers=4, servers=1, workers=2)
FOLD_INTERVAL_SECONDS = 0.05
CLIENTS_OF_A_KIND = 4


class ConcurrencyReport(NamedTuple):
    """What was done meanwhile."""

    processes: str
    acknowledged: int
    updates: int
    answers: int
    folded: int
    turns_begun_anew: int
    seconds: float

    def __str__(self) -> str:
        return (
            f"concurrency: {self.acknowledged:,} events acknowledged ({self.updates:,} changed "
            f"one) and {self.answers:,} answers from {self.processes} in {self.seconds:.0f} s; "
            f"{self.folded:,} rows folded once; {self.turns_begun_anew} transactions begun anew "
            "for the sake of another"
        )


def run_concurrency(
    folder: Path, seconds: float, zygote: Zygote, server: Cluster | None = None
) -> ConcurrencyReport:
    """Load the processes for `seconds`; AssertionError if anything is wrong."""
    database = server.fresh() if server else address(folder / "concurrency.db")
    processes = ON_POSTGRESQL if server else ON_SQLITE
    count_pending_rows(zygote, database, folder)
    before = len(server.said()) if server else 0
    with fleet(
        processes, zygote, database, folder, fold_interval_seconds=FOLD_INTERVAL_SECONDS
    ) as urls:
        sent, readers = load(urls, seconds)
    failures = [failure for reader in readers for failure in reader.failures]
    assert not failures, failures[:5]
    assert not any(one.abandoned or one.resent for one in sent), "a request failed"
    assert_nothing_lost(database, sent, folder / "verify.log")
    for log in folder.glob("process-*.log"):
        assert not {"locked", "ERROR", "Traceback"} & set(log.read_text().split()), log.read_text()
    return ConcurrencyReport(
        processes=str(processes),
        acknowledged=sum(one.acknowledged_events for one in sent),
        updates=sum(one.updates for one in sent),
        answers=sum(reader.answers for reader in readers),
        folded=assert_folded_once(database),
        turns_begun_anew=_begun_anew(server.said()[before:]) if server else 0,
        seconds=seconds,
    )


def load(urls: Sequence[str], seconds: float) -> tuple[list[Sent], list[Reader]]:
    """Clients of both kinds and a reader for each address, for so long."""
    stop = Event()
    makers: list[Maker] = [
        *map(OwnEvents, range(CLIENTS_OF_A_KIND)),
        *map(SharedEvents, range(CLIENTS_OF_A_KIND)),
    ]
    clients = [
        Client(number, partial(str, urls[number % len(urls)]), stop, maker)
        for number, maker in enumerate(makers)
    ]
    readers = [Reader(urls, stop) for _ in urls]
    threads: list[Thread] = [*clients, *readers]
    with running(threads, stop):
        stop.wait(seconds)
    return [client.sent for client in clients], readers


def _begun_anew(log: str) -> int:
    """How many transactions the server undid for the sake of another; fails for other errors."""
    errors = [line for line in log.splitlines() if " ERROR: " in line or " FATAL: " in line]
    conflicts = [line for line in errors if " 40001 " in line]
    assert errors == conflicts, [line for line in errors if line not in conflicts][:5]
    return len(conflicts)


def main() -> None:
    """Run from the command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=300)
    options.add_argument("--postgresql", action="store_true", help="on a server of its own")
    given = options.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory())
        server = stack.enter_context(cluster()) if given.postgresql else None
        zygote = stack.enter_context(Zygote())
        report = run_concurrency(Path(folder), given.seconds, zygote, server)
    sys.stdout.write(f"{report}\n")


if __name__ == "__main__":
    main()
