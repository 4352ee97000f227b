"""Clients that send events over HTTP and remember exactly what was acknowledged."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any

import httpx
from backend.tests.exactness.oracle import Oracle

MODELS = ["openai/gpt-4.1", "gpt-4.1", "anthropic/claude-4.6-opus", "openai/gpt-5.2-codex"]
SOURCES = ["codex", "claude", "litellm"]
TEAMS = ["Kettle", "Teapot", None]
DAYS_BACK = 3

Batch = list[dict[str, Any]]


@dataclass
class Sent:
    """What one client sent: acknowledged events in an oracle, batches given up in `abandoned`."""

    acknowledged: Oracle = field(default_factory=Oracle)
    abandoned: list[Batch] = field(default_factory=list)
    acknowledged_events: int = 0
    resent: int = 0
    updates: int = 0
    failures: list[str] = field(default_factory=list)


class Client(Thread):
    """Posts batches of one user to `url()` until told to stop.

    A batch whose outcome is unknown is mostly sent again until it is acknowledged; a batch of new
    events is sometimes given up. Some batches state acknowledged events anew.
    """

    def __init__(self, number: int, url: Callable[[], str], stop: Event, largest: int = 40) -> None:
        super().__init__(name=f"client-{number}")
        self.sent = Sent()
        self._user = f"user-{number}"
        self._url = url
        self._halt = stop
        self._largest = largest
        self._chance = random.Random(number)
        self._made = 0
        self._known: Batch = []

    def run(self) -> None:
        with httpx.Client(timeout=30, trust_env=False) as http:
            while not self._halt.is_set():
                batch = self._batch()
                self._send(http, batch, may_give_up=not batch[0]["revision"])

    def _send(self, http: httpx.Client, batch: Batch, *, may_give_up: bool) -> None:
        tries = 0
        while True:
            tries += 1
            try:
                answer = http.post(f"{self._url()}/v1/events", json={"events": batch})
            except httpx.HTTPError:
                if may_give_up and self._chance.random() < 0.2:
                    self.sent.abandoned.append(batch)
                    return
                continue
            if answer.status_code == 503:
                continue
            self._acknowledge(answer, batch, tries)
            return

    def _acknowledge(self, answer: httpx.Response, batch: Batch, tries: int) -> None:
        if answer.status_code != 200 or answer.json()["rejected"]:
            self.sent.failures.append(f"{answer.status_code} {answer.text[:200]}")
            return
        outcomes = answer.json()
        now = datetime.now(UTC)
        expected = [self.sent.acknowledged.deliver(event, now) for event in batch]
        wanted = {kind: expected.count(kind) for kind in ("accepted", "updated")}
        told = {kind: outcomes[kind] for kind in wanted}
        if tries == 1 and told != wanted:
            self.sent.failures.append(f"answered {told}, expected {wanted}")
        self.sent.acknowledged_events += len(batch)
        self.sent.resent += tries > 1
        self.sent.updates += wanted["updated"]
        self._known += [event for event in batch if not event["revision"]]

    def _batch(self) -> Batch:
        if self._known and self._chance.random() < 0.25:
            some = self._chance.sample(self._known, min(5, len(self._known)))
            return [self._anew(event) for event in some]
        return [self._event() for _ in range(self._chance.randint(1, self._largest))]

    def _event(self) -> dict[str, Any]:
        self._made += 1
        back = timedelta(seconds=self._chance.randrange(DAYS_BACK * 86_400))
        return {
            "event_id": f"{self._user}-{self._made}",
            "occurred_at": (datetime.now(UTC) - back).isoformat(),
            "source": self._chance.choice(SOURCES),
            "model": self._chance.choice(MODELS),
            "user": self._user,
            "team": self._chance.choice(TEAMS),
            "input_tokens": self._chance.randrange(5_000),
            "output_tokens": self._chance.randrange(500),
            "cost_usd": self._chance.choice([None, "0.25"]),
            "success": self._chance.random() < 0.9,
            "revision": 0,
        }

    def _anew(self, event: dict[str, Any]) -> dict[str, Any]:
        """The event with a higher revision, and half of the time at another hour or day."""
        other = self._event()
        at = self._chance.choice([event["occurred_at"], other["occurred_at"]])
        self._made -= 1
        return {
            **other,
            "event_id": event["event_id"],
            "source": event["source"],
            "occurred_at": at,
            "revision": self._chance.randint(1, 9),
        }
