"""A server of ours that a proxy logs to, and what it has stored."""

import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from backend.tests.engines.plain import address, opened
from backend.tests.exactness.stored import stored_events

from trials.gateway.answers import Used
from trials.gateway.calls import Group, Sums, Told
from trials.programs import Program, environment, launch

_UNAVAILABLE = re.compile(
    r'^tokentally_http_request_duration_seconds_count{.*"/v1/ingest/litellm",status="5xx"}.*$', re.M
)


class Ours:
    """A server of ours that can be killed and comes back at the same address."""

    def __init__(self, folder: Path) -> None:
        self.database = address(folder / "gateway.db")
        self._env = environment(self.database, auth="token")
        self._folder = folder
        self._run("users", "add", "gateway")
        scopes = ("--scope", "ingest:any", "--scope", "read")
        self.key = self._run("keys", "create", "--user", "gateway", *scopes)
        self.server = self._serve("0")
        self.url = self.server.url()

    def come_back(self) -> None:
        """Be killed, and start again."""
        self.server.kill()
        self.server = self._serve(self.url.rpartition(":")[2])
        self.server.url()

    def unavailable(self) -> int:
        """How often the server has told the proxy to try again later, since it started."""
        headers = {"Authorization": f"Bearer {self.key}"}
        metrics = httpx.get(f"{self.url}/metrics", headers=headers, trust_env=False).text
        return int(sum(float(line.split()[-1]) for line in _UNAVAILABLE.findall(metrics)))

    def sums(self) -> dict[Group, Sums]:
        """What is stored."""
        counts: dict[Group, Counter[str]] = {}
        with opened(self.database) as connection:
            for event, kept in stored_events(connection).items():
                used = Used(
                    kept.input, kept.cached, kept.write, kept.write_1h, kept.output, kept.reasoning
                )
                group = counts.setdefault(Group(event.user, kept.team, kept.model), Counter())
                group.update({"requests": 1, "failed": not kept.success, **used._asdict()})
        return Told(counts).sums()

    def verify(self) -> None:
        """Compare the rollups with the events."""
        self._run("verify")

    def _serve(self, port: str) -> Program:
        log = self._folder / f"serve-{time.monotonic_ns()}.log"
        return launch(["serve", "--port", port], self._env, log)

    def _run(self, *args: str) -> str:
        """The last word that a command says."""
        command = launch(args, self._env, self._folder / "command.log")
        assert command.wait() == 0, command.said()
        return command.said().split()[-1]


@contextmanager
def running_server(folder: Path) -> Iterator[Ours]:
    """A server on an empty database, ended at the end."""
    ours = Ours(folder)
    try:
        yield ours
    finally:
        status = ours.server.end()
    assert status == 0, ours.server.said()
