"""SIGKILL at random moments: a server, a second folder and the database, clients that go on.

    python -m trials.kills --kills 1000
    python -m trials.kills --kills 1000 --postgresql

Every acknowledged event must be there exactly once at the end, and every sum right.
"""

import argparse
import random
import sys
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import NamedTuple

from backend.tests.engines.plain import address

from trials.cluster import Cluster, cluster
from trials.load import Client, Sent, running
from trials.programs import Zygote, environment, launch
from trials.proof import assert_nothing_lost
from trials.recovery import assert_soon
from trials.victims import Launch, Victims

CLIENTS = 4
FOLD_INTERVAL_SECONDS = 0.05
EARLIEST_SECONDS, LATEST_SECONDS = 0.05, 0.35
DATABASE_KILLS_PERCENT = 6


class KillReport(NamedTuple):
    """What was killed, and what the clients had been told by then."""

    server_kills: int
    worker_kills: int
    database_kills: int
    slowest_recovery: float
    acknowledged: int
    resent: int
    abandoned: int
    events: int
    seconds: float

    def __str__(self) -> str:
        database = (
            f"{self.database_kills} of the database (answers again at most "
            f"{self.slowest_recovery:.2f} s after it), "
        )
        return (
            f"kills: {database if self.database_kills else ''}{self.server_kills} of the server, "
            f"{self.worker_kills} of the worker; "
            f"{self.acknowledged:,} events acknowledged, {self.resent:,} batches sent again, "
            f"{self.abandoned:,} given up; {self.events:,} events stored, 0 lost, 0 double; "
            f"{self.seconds:.0f} s"
        )


def run_kills(
    folder: Path, kills: int, launcher: Launch, server: Cluster | None = None, *, seed: int = 1
) -> KillReport:
    """Kill `kills` times; AssertionError if anything is wrong.

    On `server`'s PostgreSQL every sixteenth or so is the database itself; without one, a SQLite
    file is used.
    """
    started = time.monotonic()
    chance = random.Random(seed)
    database = server.fresh() if server else address(folder / "kills.db")
    env = environment(database, fold_interval_seconds=FOLD_INTERVAL_SECONDS)
    victims = Victims(launcher, env, folder, server)
    stop = Event()
    clients = [Client(number, lambda: victims.url, stop) for number in range(CLIENTS)]
    killed = Counter[str]()
    with running(clients, stop):
        for _ in range(kills):
            stop.wait(chance.uniform(EARLIEST_SECONDS, LATEST_SECONDS))
            killed[_kill_one(victims, chance)] += 1
    victims.end()
    return _report([client.sent for client in clients], victims, killed, database, started)


def _kill_one(victims: Victims, chance: random.Random) -> str:
    """Mostly the server, else the worker, now and then the database; returns which."""
    if victims.database and chance.random() < DATABASE_KILLS_PERCENT / 100:
        victims.kill_database(chance)
        return "database"
    if chance.random() < 2 / 3:
        victims.kill_server()
        return "server"
    victims.kill_worker()
    return "worker"


def _report(
    sent: list[Sent], victims: Victims, killed: Counter[str], database: str, started: float
) -> KillReport:
    events = assert_nothing_lost(database, sent, victims.folder / "verify.log")
    assert_soon(victims.recoveries)
    return KillReport(
        server_kills=killed["server"],
        worker_kills=killed["worker"],
        database_kills=killed["database"],
        slowest_recovery=max(victims.recoveries, default=0.0),
        acknowledged=sum(one.acknowledged_events for one in sent),
        resent=sum(one.resent for one in sent),
        abandoned=sum(len(one.abandoned) for one in sent),
        events=events,
        seconds=time.monotonic() - started,
    )


def main() -> None:
    """Run from the command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=1_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--postgresql", action="store_true", help="on a server of its own")
    options.add_argument("--exec", action="store_true", help="start every process from scratch")
    given = options.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory())
        server = stack.enter_context(cluster()) if given.postgresql else None
        launcher = launch if given.exec else stack.enter_context(Zygote()).launch
        report = run_kills(Path(folder), given.kills, launcher, server, seed=given.seed)
    sys.stdout.write(f"{report}\n")


if __name__ == "__main__":
    main()
