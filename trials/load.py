"""Clients that send events over HTTP and remember exactly what was acknowledged."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event, Thread

import httpx
from backend.tests.exactness.oracle import Oracle

from trials.batches import Batch, Maker, OwnEvents

UNAVAILABLE = 503
RETRY_SECONDS = 0.01
"""How soon a client tries again; the answer asks for more patience."""
PATIENCE_SECONDS = 120


@dataclass
class Sent:
    """What one client sent: acknowledged events in an oracle, batches given up in `abandoned`."""

    acknowledged: Oracle = field(default_factory=Oracle)
    abandoned: list[Batch] = field(default_factory=list)
    acknowledged_events: int = 0
    resent: int = 0
    updates: int = 0
    unavailable: int = 0
    ended: bool = False
    """Whether the client came to its end; a defect of its own stopped it otherwise."""
    failures: list[str] = field(default_factory=list)


class Client(Thread):
    """Posts batches to `url()` until told to stop.

    A batch whose outcome is unknown is mostly sent again until it is acknowledged; a batch of new
    events of one's own is sometimes given up.
    """

    def __init__(
        self, number: int, url: Callable[[], str], stop: Event, maker: Maker | None = None
    ) -> None:
        super().__init__(name=f"client-{number}")
        self.sent = Sent()
        self._url = url
        self._halt = stop
        self._maker = maker or OwnEvents(number)
        self._chance = random.Random(number)
        self._deadline: float | None = None

    def run(self) -> None:
        with httpx.Client(timeout=30, trust_env=False) as http:
            while not self._halt.is_set():
                batch = self._maker.batch()
                may_give_up = self._maker.alone and not batch[0]["revision"]
                self._send(http, batch, may_give_up=may_give_up)
        self.sent.ended = True

    def _send(self, http: httpx.Client, batch: Batch, *, may_give_up: bool) -> None:
        tries = 0
        while not self._overdue():
            tries += 1
            try:
                answer = http.post(f"{self._url()}/v1/events", json={"events": batch})
            except httpx.HTTPError:
                if may_give_up and self._chance.random() < 0.2:
                    self.sent.abandoned.append(batch)
                    return
                self._halt.wait(RETRY_SECONDS)
                continue
            if answer.status_code != UNAVAILABLE:
                self._acknowledge(answer, batch, tries)
                return
            self._put_off(answer)
        self.sent.failures.append(f"not acknowledged in {PATIENCE_SECONDS} s after all troubles")

    def _overdue(self) -> bool:
        """Whether the trial has been over for long, and with it what could be an excuse."""
        if self._halt.is_set():
            self._deadline = self._deadline or time.monotonic() + PATIENCE_SECONDS
        return self._deadline is not None and time.monotonic() > self._deadline

    def _put_off(self, answer: httpx.Response) -> None:
        self.sent.unavailable += 1
        if not answer.headers.get("retry-after", "").isdigit():
            self.sent.failures.append(f"503 without Retry-After: {answer.text[:200]}")
        self._halt.wait(RETRY_SECONDS)

    def _acknowledge(self, answer: httpx.Response, batch: Batch, tries: int) -> None:
        if answer.status_code != 200 or answer.json()["rejected"]:
            self.sent.failures.append(f"{answer.status_code} {answer.text[:200]}")
            return
        outcomes = answer.json()
        now = datetime.now(UTC)
        expected = [self.sent.acknowledged.deliver(event, now) for event in batch]
        wanted = {kind: expected.count(kind) for kind in ("accepted", "updated")}
        told = {kind: outcomes[kind] for kind in wanted}
        if self._maker.alone and tries == 1 and told != wanted:
            self.sent.failures.append(f"answered {told}, expected {wanted}")
        self.sent.acknowledged_events += len(batch)
        self.sent.resent += tries > 1
        self.sent.updates += told["updated"]
        self._maker.learn(batch)


@contextmanager
def running(clients: Sequence[Thread], stop: Event) -> Iterator[None]:
    """The threads at work; told to stop, and waited for, at the end."""
    for client in clients:
        client.start()
    try:
        yield
    finally:
        stop.set()
        for client in clients:
            client.join()
