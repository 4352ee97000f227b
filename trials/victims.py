"""The processes that a trial kills: a server, a worker, and maybe the database under them."""

import random
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx

from trials.cluster import Cluster
from trials.programs import Program, until

Launch = Callable[[Sequence[str], Mapping[str, str], Path], Program]

NOT_OPENED = "the database can't be opened"


@dataclass
class Victims:
    """A server and a worker on one database, each of which is started again after a kill."""

    launch: Launch
    env: Mapping[str, str]
    folder: Path
    database: Cluster | None = None
    starts: int = 0
    recoveries: list[float] = field(default_factory=list)
    """Seconds from when the database took connections until the server's answer was there."""

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
        self.start_worker()

    def start_worker(self) -> None:
        """Start a worker in place of one that has ended."""
        self.worker = self._start("worker")

    def kill_database(self, chance: random.Random) -> None:
        """End the database without warning, start it, and wait until the server uses it again."""
        assert self.database
        database = self.database
        ends = (database.kill, database.kill_main_process, partial(database.stop, signal.SIGQUIT))
        chance.choice(ends)()
        self.restarted_database()

    def restarted_database(self) -> None:
        """Start the database, and note how long the server takes to find it."""
        assert self.database
        self.database.start()
        started = time.monotonic()
        self.await_recovery()
        self.recoveries.append(time.monotonic() - started)

    def await_recovery(self) -> None:
        """Wait until the server answers; neither it nor the worker may have ended."""
        until(self._answers, f"no answer: {self.server.said()[-2000:]}")
        assert self.server.runs(), self.server.said()
        if not self.worker.runs():
            assert NOT_OPENED in self.worker.said(), self.worker.said()
            self.start_worker()  # whoever keeps services running would

    def end(self) -> None:
        """Let the server finish; the worker may be too young to know how."""
        self.worker.kill()
        assert self.server.end() == 0, self.server.said()

    def _answers(self) -> bool:
        with httpx.Client(base_url=self.url, timeout=30, trust_env=False) as http:
            stored = http.post("/v1/events", json={"events": []})
            return stored.status_code == http.get("/tokens/models").status_code == 200

    def _start(self, *args: str) -> Program:
        self.starts += 1
        return self.launch(args, self.env, self.folder / f"{args[0]}-{self.starts}.log")
