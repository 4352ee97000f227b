"""A full disk under load, again and again: 503, reads go on, and it recovers by itself.

    python -m trials.full_disk --rounds 20

On SQLite files may not grow, or (as root) the file system is full. On PostgreSQL (as root) the
file system of the tables is full, or that of the whole server, which then goes down.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import NamedTuple

from backend.tests.engines.plain import address

from trials.batches import OwnEvents
from trials.cluster import Cluster, cluster
from trials.installed import give_to_server, server_folder
from trials.load import Client, running
from trials.programs import Program, Zygote, environment, until
from trials.proof import assert_nothing_lost
from trials.reader import Reader
from trials.recovery import assert_soon
from trials.space import Space, limited_files, may_mount, small_disk, stopped_files

CLIENTS = 2
FOLD_INTERVAL_SECONDS = 0.05
SMALL_DISK_MIB, SMALL_SERVER_MIB = 64, 200


class FullReport(NamedTuple):
    """How often which disk was full, and what came of it."""

    what: str
    rounds: int
    acknowledged: int
    unavailable: int
    answers_while_full: int
    slowest_recovery: float
    seconds: float

    def __str__(self) -> str:
        return (
            f"full disk, {self.what}: {self.rounds} times; {self.unavailable:,} answers 503, "
            f"{self.answers_while_full:,} questions answered meanwhile; stores again at most "
            f"{self.slowest_recovery:.2f} s after there is room; {self.acknowledged:,} events "
            f"acknowledged, 0 lost; {self.seconds:.0f} s"
        )


class Full:
    """A server on a disk that fills up, with clients and a reader."""

    def __init__(self, what: str, database: str, folder: Path, zygote: Zygote) -> None:
        self.what = what
        self.database = database
        self.folder = folder
        env = environment(database, fold_interval_seconds=FOLD_INTERVAL_SECONDS)
        log = folder / f"{what.replace(' ', '-')}.log"
        self.server: Program = zygote.launch(["serve", "--port", "0"], env, log)
        self.url = self.server.url()
        self.stop = Event()
        self.clients = [
            Client(number, lambda: self.url, self.stop, OwnEvents(number, largest=400))
            for number in range(CLIENTS)
        ]

    def run(self, rounds: int, spaces: Sequence[Space], *, reads: bool = True) -> FullReport:
        """Fill each of the disks in turn; AssertionError if anything is wrong."""
        started = time.monotonic()
        reader = Reader([self.url], self.stop, may_be_unavailable=not reads)
        recoveries: list[float] = []
        answered = 0
        with running([*self.clients, reader], self.stop):
            for number in range(rounds):
                space = spaces[number % len(spaces)]
                self._await_progress()
                answered -= reader.answers
                self._be_full(space, reader if reads else None)
                answered += reader.answers
                recoveries.append(self._recovery(space))
        assert self.server.end() == 0, self.server.said()[-2000:]
        sent = [client.sent for client in self.clients]
        assert_nothing_lost(self.database, sent, self.folder / "verify.log")
        assert not reader.failures, reader.failures[:5]
        assert_soon(recoveries)
        return FullReport(
            what=self.what,
            rounds=rounds,
            acknowledged=self._acknowledged(),
            unavailable=self._unavailable(),
            answers_while_full=answered,
            slowest_recovery=max(recoveries),
            seconds=time.monotonic() - started,
        )

    def _be_full(self, space: Space, reader: Reader | None) -> None:
        """Fill the disk until events were refused, and questions answered if there is a reader."""
        refused, answered = self._unavailable(), reader.answers if reader else 0
        space.fill()
        until(lambda: self._unavailable() > refused + 10, "a full disk refuses nothing")
        until(lambda: not reader or reader.answers > answered + 3, "questions are not answered")

    def _recovery(self, space: Space) -> float:
        space.free()
        started = time.monotonic()
        self._await_progress()
        return time.monotonic() - started

    def _await_progress(self) -> None:
        before = self._acknowledged()
        until(lambda: self._acknowledged() > before, "nothing is stored")

    def _acknowledged(self) -> int:
        return sum(client.sent.acknowledged_events for client in self.clients)

    def _unavailable(self) -> int:
        return sum(client.sent.unavailable for client in self.clients)


def sqlite_may_not_grow(folder: Path, rounds: int, zygote: Zygote) -> FullReport:
    """SQLite's files meet a limit of the process."""
    path = folder / "limited.db"
    full = Full("SQLite files that may not grow", address(path), folder, zygote)
    pid = full.server.pid
    return full.run(rounds, [limited_files(pid, path), stopped_files(pid)])


def sqlite_on_a_full_disk(folder: Path, rounds: int, zygote: Zygote) -> FullReport:
    """SQLite's file system has no room; the file is checked where it is."""
    with small_disk(folder / "small", SMALL_DISK_MIB) as space:
        path = folder / "small" / "tokentally.db"
        return Full("SQLite's file system", address(path), folder, zygote).run(rounds, [space])


def tables_on_a_full_disk(folder: Path, rounds: int, zygote: Zygote) -> FullReport:
    """PostgreSQL's tables have no room; its log has."""
    with (
        cluster() as server,
        server_folder() as place,
        small_disk(place / "small", SMALL_DISK_MIB) as space,
    ):
        give_to_server(place / "small")
        database = server.fresh(place / "small")
        return Full("PostgreSQL's tables", database, folder, zygote).run(rounds, [space])


def postgresql_on_a_full_disk(folder: Path, rounds: int, zygote: Zygote) -> FullReport:
    """PostgreSQL's log has no room: the server goes down, and is started when there is some."""
    with server_folder() as place, small_disk(place / "small", SMALL_SERVER_MIB) as space:
        give_to_server(place / "small")
        with cluster(place / "small") as server:
            full = Full("PostgreSQL's whole file system", server.fresh(), folder, zygote)
            return full.run(rounds, [_started_again(server, space)], reads=False)


def _started_again(server: Cluster, space: Space) -> Space:
    def free() -> None:
        space.free()
        server.start()

    return Space(space.fill, free)


AS_ANYBODY = (sqlite_may_not_grow,)
AS_ROOT = (sqlite_on_a_full_disk, tables_on_a_full_disk, postgresql_on_a_full_disk)


def main() -> None:
    """Run from the command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=20)
    given = options.parse_args()
    trials = AS_ANYBODY + (AS_ROOT if may_mount() else ())
    if trials == AS_ANYBODY:
        sys.stdout.write("full disk: only root may mount small disks; those are left out\n")
    with Zygote() as zygote:
        for trial in trials:
            with TemporaryDirectory() as folder:
                sys.stdout.write(f"{trial(Path(folder), given.rounds, zygote)}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
