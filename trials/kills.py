"""SIGKILL at random moments: a server and a second folder on one file, clients that go on.

    python -m trials.kills --kills 1000

Every acknowledged event must be there exactly once at the end, and every sum right.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import NamedTuple

from trials.load import Client
from trials.programs import Program, Zygote, environment, launch
from trials.proof import assert_nothing_lost

CLIENTS = 4
FOLD_INTERVAL_SECONDS = 0.05
EARLIEST_SECONDS, LATEST_SECONDS = 0.05, 0.35

Launch = Callable[[Sequence[str], Mapping[str, str], Path], Program]


class KillReport(NamedTuple):
    """What was killed, and what the clients had been told by then."""

    server_kills: int
    worker_kills: int
    acknowledged: int
    resent: int
    abandoned: int
    events: int
    seconds: float

    def __str__(self) -> str:
        return (
            f"kills: {self.server_kills} of the server, {self.worker_kills} of the worker; "
            f"{self.acknowledged:,} events acknowledged, {self.resent:,} batches sent again, "
            f"{self.abandoned:,} given up; {self.events:,} events stored, 0 lost, 0 double; "
            f"{self.seconds:.0f} s"
        )


@dataclass
class Pair:
    """A server and a worker on one file, either of which is started again after a kill."""

    launch: Launch
    env: Mapping[str, str]
    folder: Path
    starts: int = 0

    def __post_init__(self) -> None:
        self.server = self._start("serve", "--port", "0")
        self.worker = self._start("worker")
        self.url = self.server.url()

    def kill_server(self) -> None:
        """Kill the server, and wait until another one answers."""
        self.server.kill()
        self.server = self._start("serve", "--port", "0")
        self.url = self.server.url()

    def kill_worker(self) -> None:
        """Kill the worker and start another one."""
        self.worker.kill()
        self.worker = self._start("worker")

    def end(self) -> None:
        """Let the server finish; the worker may be too young to know how."""
        self.worker.kill()
        assert self.server.end() == 0, self.server.said()

    def _start(self, *args: str) -> Program:
        self.starts += 1
        return self.launch(args, self.env, self.folder / f"{args[0]}-{self.starts}.log")


def run_kills(folder: Path, kills: int, launcher: Launch, *, seed: int = 1) -> KillReport:
    """Kill `kills` times, two of three times the server; AssertionError if anything is wrong."""
    started = time.monotonic()
    chance = random.Random(seed)
    database = folder / "kills.db"
    env = environment(database, fold_interval_seconds=FOLD_INTERVAL_SECONDS)
    pair = Pair(launcher, env, folder)
    stop = Event()
    clients = [Client(number, lambda: pair.url, stop) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    killed = Counter[str]()
    try:
        for _ in range(kills):
            stop.wait(chance.uniform(EARLIEST_SECONDS, LATEST_SECONDS))
            victim = "server" if chance.random() < 2 / 3 else "worker"
            pair.kill_server() if victim == "server" else pair.kill_worker()
            killed[victim] += 1
    finally:
        stop.set()
        for client in clients:
            client.join()
        pair.end()
    sent = [client.sent for client in clients]
    events = assert_nothing_lost(database, sent, folder / "verify.log")
    return KillReport(
        server_kills=killed["server"],
        worker_kills=killed["worker"],
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
    options.add_argument("--exec", action="store_true", help="start every process from scratch")
    given = options.parse_args()
    with TemporaryDirectory() as folder, Zygote() as zygote:
        launcher = launch if given.exec else zygote.launch
        report = run_kills(Path(folder), given.kills, launcher, seed=given.seed)
    sys.stdout.write(f"{report}\n")


if __name__ == "__main__":
    main()
