"""Asks every question about usage, again and again."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle
from threading import Event, Thread

import httpx

from trials.batches import DAYS_BACK

UNAVAILABLE = 503


class Reader(Thread):
    """Asks each `/tokens` path in turn, of one address after the other.

    Counts answers; failures are other statuses than 200, and a number of requests that is less
    than in an earlier answer. With `may_be_unavailable` a 503 is counted as a refusal.
    """

    def __init__(
        self,
        urls: Sequence[str],
        stop: Event,
        *,
        may_be_unavailable: bool = False,
        pause_seconds: float = 0,
    ) -> None:
        super().__init__(name="reader")
        self.answers = 0
        self.refusals = 0
        self.failures: list[str] = []
        self._urls = cycle(urls)
        self._paths = paths(urls[0])
        self._halt = stop
        self._may_be_unavailable = may_be_unavailable
        self._pause_seconds = pause_seconds
        self._first_day = (datetime.now(UTC) - timedelta(days=DAYS_BACK + 1)).date().isoformat()
        self._requests = 0

    def run(self) -> None:
        with httpx.Client(timeout=60, trust_env=False) as http:
            while not self._halt.is_set():
                for path in self._paths:
                    self._ask(http, path)
                    self._halt.wait(self._pause_seconds)

    def _ask(self, http: httpx.Client, path: str) -> None:
        answer = http.get(f"{next(self._urls)}{path}", params={"start_date": self._first_day})
        if answer.status_code == UNAVAILABLE and self._may_be_unavailable:
            self.refusals += 1
            if "retry-after" not in answer.headers:
                self.failures.append(f"GET {path}: 503 without Retry-After")
        elif answer.status_code != 200:
            self.failures.append(f"GET {path}: {answer.status_code} {answer.text[:200]}")
        else:
            self.answers += 1
            if path == "/tokens/models":
                self._watch(sum(model["requests"] for model in answer.json()["models"]))

    def _watch(self, requests: int) -> None:
        if requests < self._requests:
            self.failures.append(f"{requests} requests, and {self._requests} before")
        self._requests = requests


def paths(url: str) -> list[str]:
    """Every path about tokens that the server describes."""
    described = httpx.get(f"{url}/openapi.json", timeout=60, trust_env=False).json()["paths"]
    return [path for path in described if path.startswith("/tokens") and "{" not in path]
