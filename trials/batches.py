"""Random batches of events: of one user alone, or of identities that several clients share."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

MODELS = ["openai/gpt-4.1", "gpt-4.1", "anthropic/claude-4.6-opus", "openai/gpt-5.2-codex"]
SOURCES = ["codex", "claude", "litellm"]
TEAMS = ["Kettle", "Teapot", None]
DAYS_BACK = 3
SHARED_IDENTITIES = 400

Sent = dict[str, Any]
Batch = list[Sent]


class Maker(Protocol):
    """Thinks of what a client sends."""

    alone: bool
    """Whether nobody else sends these identities, so that every outcome is known beforehand."""

    def batch(self) -> Batch:
        """Some events, each identity once."""

    def learn(self, batch: Batch) -> None:
        """Take note of what was acknowledged."""


class OwnEvents:
    """New events of one user; now and then some that were acknowledged, stated anew."""

    alone = True

    def __init__(self, number: int, largest: int = 40) -> None:
        self._user = f"user-{number}"
        self._largest = largest
        self._chance = random.Random(number)
        self._made = 0
        self._known: Batch = []

    def batch(self) -> Batch:
        """New events, or a few known ones with higher revisions at maybe another hour or day."""
        if self._known and self._chance.random() < 0.25:
            some = self._chance.sample(self._known, min(5, len(self._known)))
            return [self._anew(event) for event in some]
        return [self._new() for _ in range(self._chance.randint(1, self._largest))]

    def learn(self, batch: Batch) -> None:
        """Events that may be stated anew."""
        self._known += [event for event in batch if not event["revision"]]

    def _new(self) -> Sent:
        self._made += 1
        return any_event(self._chance, f"{self._user}-{self._made}", self._user)

    def _anew(self, event: Sent) -> Sent:
        other = any_event(self._chance, event["event_id"], self._user)
        at = self._chance.choice([event["occurred_at"], other["occurred_at"]])
        revision = self._chance.randint(1, 9)
        return other | {"source": event["source"], "occurred_at": at, "revision": revision}


class SharedEvents:
    """Any content for a few identities that all clients of this kind send at the same time."""

    alone = False

    def __init__(self, number: int, largest: int = 30) -> None:
        self._largest = largest
        self._chance = random.Random(1_000 + number)

    def batch(self) -> Batch:
        """Some identities in any order, half of them with one revision: then content decides."""
        count = self._chance.randint(1, self._largest)
        some = self._chance.sample(range(SHARED_IDENTITIES), count)
        return [
            any_event(self._chance, f"shared-{n}", "shared")
            | {"source": SOURCES[n % 3], "revision": self._chance.choice([1, 1, 2, 3])}
            for n in some
        ]

    def learn(self, batch: Batch) -> None:
        """Nothing: what others make of it is not known here."""


def any_event(chance: random.Random, event_id: str, user: str) -> Sent:
    """An event of some day until now."""
    back = timedelta(seconds=chance.randrange(DAYS_BACK * 86_400))
    return {
        "event_id": event_id,
        "occurred_at": (datetime.now(UTC) - back).isoformat(),
        "source": chance.choice(SOURCES),
        "model": chance.choice(MODELS),
        "user": user,
        "team": chance.choice(TEAMS),
        "input_tokens": chance.randrange(5_000),
        "output_tokens": chance.randrange(500),
        "cost_usd": chance.choice([None, "0.25"]),
        "success": chance.random() < 0.9,
        "revision": 0,
    }
