"""PostgreSQL that throws everybody out, restarts, or has no room for connections, under load.

    python -m trials.storms --seconds 30

Clients are told 503 and go on. Server and worker stay alive, find the database again by
themselves, and go on folding; nothing acknowledged is lost.
"""

import argparse
import random
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import NamedTuple

from backend.tests.engines.plain import rows
from backend.tests.exactness.handle import Handle

from tokentally.clock import utc_now
from trials.batches import Maker, OwnEvents, SharedEvents, any_event
from trials.cluster import ROLE, Cluster, cluster
from trials.load import Client, running
from trials.programs import Zygote, environment, until
from trials.proof import assert_nothing_lost
from trials.reader import Reader
from trials.recovery import assert_soon
from trials.victims import Launch, Victims

FOLD_INTERVAL_SECONDS = 0.05
READERS = 20
"""More than the connections that a process may have."""
PAUSE_SECONDS = 0.2
"""Between the questions of each, so that the processor is not what answers wait for."""


class StormReport(NamedTuple):
    """What was done to the database, and what came of it."""

    terminated: int
    restarts: int
    acknowledged: int
    unavailable: int
    slowest_recovery: float
    seconds: float

    def __str__(self) -> str:
        return (
            f"storms: {self.terminated:,} connections terminated, {self.restarts} fast restarts, "
            f"no room for connections, tables locked for longer than the pool waits; "
            f"{self.acknowledged:,} events acknowledged, {self.unavailable:,} answers 503; usable "
            f"again at most {self.slowest_recovery:.2f} s afterwards; 0 lost; {self.seconds:.0f} s"
        )


class Storms:
    """A server and a worker on PostgreSQL, and clients and readers that meet its troubles."""

    def __init__(self, folder: Path, launcher: Launch, server: Cluster) -> None:
        self.database = server.fresh()
        self.server = server
        env = environment(self.database, fold_interval_seconds=FOLD_INTERVAL_SECONDS)
        self.victims = Victims(launcher, env, folder, server)
        self.stop = Event()
        makers: list[Maker] = [OwnEvents(0), OwnEvents(1), SharedEvents(0), SharedEvents(1)]
        self.clients = [
            Client(number, lambda: self.victims.url, self.stop, maker)
            for number, maker in enumerate(makers)
        ]
        self.readers = [
            Reader(
                [self.victims.url], self.stop, may_be_unavailable=True, pause_seconds=PAUSE_SECONDS
            )
            for _ in range(READERS)
        ]

    def terminate(self, seconds: float) -> int:
        """End all connections again and again; returns how many were ended."""
        chance = random.Random(1)
        ended, deadline = 0, time.monotonic() + seconds
        while time.monotonic() < deadline:
            ended += self.server.terminate_connections()
            time.sleep(chance.uniform(0.05, 0.2))
        self._recovered()
        return ended

    def restart(self, times: int) -> None:
        """Restart the database as an administrator does, without waiting for anybody."""
        for _ in range(times):
            self.server.stop()
            self.victims.restarted_database()

    def leave_no_room(self, seconds: float) -> None:
        """Let the role have no connection at all for so long."""
        refused = self.refusals()
        self._limit_connections(0)
        self.server.terminate_connections()
        until(lambda: self.refusals() > refused + 10, "nobody was told 503")
        time.sleep(seconds)
        self._limit_connections(-1)
        self._recovered()

    def exhaust_the_pool(self) -> None:
        """Lock what every answer reads, until requests that wait for a connection have given up."""
        refused = self.refusals()
        with self.server.admin(self.database) as admin, admin.transaction():
            admin.execute("LOCK TABLE rollup_state IN ACCESS EXCLUSIVE MODE")
            until(lambda: self.refusals() > refused, "nobody was told 503")
        self._recovered()

    def assert_server_folds(self) -> None:
        """Alone, the server's scheduler brings down what is pending."""
        assert self.victims.worker.end() == 0, self.victims.worker.said()
        folds = self._folds()
        until(lambda: self._folds() > folds, "the server does not fold")
        self.victims.start_worker()

    def assert_worker_folds(self) -> None:
        """Alone, the worker's scheduler folds what comes."""
        assert self.victims.server.end() == 0, self.victims.server.said()
        handle = Handle(self.database, utc_now)
        handle.send([any_event(random.Random(1), "last", "nobody")])
        handle.close()
        pending = "SELECT count(*) FROM pending_usage"
        until(lambda: rows(self.database, pending) == [(0,)], "the worker does not fold")
        assert self.victims.worker.end() == 0, self.victims.worker.said()

    def _recovered(self) -> None:
        started = time.monotonic()
        self.victims.await_recovery()
        self.victims.recoveries.append(time.monotonic() - started)

    def refusals(self) -> int:
        """How often anybody was told 503 so far."""
        refused = sum(reader.refusals for reader in self.readers)
        return refused + sum(client.sent.unavailable for client in self.clients)

    def _folds(self) -> int:
        [(count,)] = rows(self.database, "SELECT count(*) FROM job_run WHERE job = 'fold'")
        return int(count)

    def _limit_connections(self, limit: int) -> None:
        with self.server.admin() as admin:
            admin.execute(f"ALTER ROLE {ROLE} CONNECTION LIMIT {limit}")


def run_storms(folder: Path, seconds: float, launcher: Launch, server: Cluster) -> StormReport:
    """Every trouble in turn, connections terminated for `seconds`; AssertionError if it matters."""
    started = time.monotonic()
    storms = Storms(folder, launcher, server)
    restarts = max(1, round(seconds / 3))
    with running([*storms.clients, *storms.readers], storms.stop):
        terminated = storms.terminate(seconds)
        storms.assert_server_folds()
        storms.restart(restarts)
        storms.leave_no_room(seconds / 3)
        storms.exhaust_the_pool()
    sent = [client.sent for client in storms.clients]
    assert_nothing_lost(storms.database, sent, folder / "verify.log")
    failures = [failure for reader in storms.readers for failure in reader.failures]
    assert not failures, failures[:5]
    storms.assert_worker_folds()
    assert_soon(storms.victims.recoveries)
    return StormReport(
        terminated=terminated,
        restarts=restarts,
        acknowledged=sum(one.acknowledged_events for one in sent),
        unavailable=storms.refusals(),
        slowest_recovery=max(storms.victims.recoveries),
        seconds=time.monotonic() - started,
    )


def main() -> None:
    """Run from the command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=30)
    given = options.parse_args()
    with TemporaryDirectory() as folder, cluster() as server, Zygote() as zygote:
        report = run_storms(Path(folder), given.seconds, zygote.launch, server)
    sys.stdout.write(f"{report}\n")


if __name__ == "__main__":
    main()
