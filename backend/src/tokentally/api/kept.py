"""Answers kept for reuse: the bytes of an answer serve again until the data changes."""

from collections.abc import Hashable
from dataclasses import dataclass

from tokentally.store.database import Database

MAX_KEPT_BYTES = 16 * 1024 * 1024
_BYTES_OF_A_KEY = 2_048


@dataclass(frozen=True)
class Answer:
    """The body of an answer, whether raw events stood in for a rollup, and its tag if any."""

    body: bytes
    from_raw: bool
    etag: str = ""


class KeptAnswers:
    """Bodies by request, all of one state of the database; used from one thread only."""

    def __init__(self, database: Database) -> None:
        self._changes = database.changes()
        self._answers: dict[Hashable, Answer] = {}
        self._size = 0
        self._seen = -1

    async def state(self) -> int:
        """The state of the database now; answers of earlier ones are dropped."""
        now = await self._changes.count()
        if now != self._seen:
            self._answers.clear()
            self._size = 0
            self._seen = now
        return now

    def get(self, key: Hashable) -> Answer | None:
        """The answer kept for `key` in the present state."""
        return self._answers.get(key)

    def keep(self, state: int, key: Hashable, answer: Answer) -> None:
        """Keep an answer that was read in, or after, `state`, if that is still the present one."""
        if state == self._seen and self._size + _size(answer) <= MAX_KEPT_BYTES:
            self._answers[key] = answer
            self._size += _size(answer)

    def close(self) -> None:
        """Let go of the database."""
        self._changes.close()


def _size(answer: Answer) -> int:
    return len(answer.body) + _BYTES_OF_A_KEY
