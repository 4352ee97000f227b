"""Reading logs again and again, as imports do: cursors are kept, and events by their id."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from tokentally.models.event import SentEvent
from tokentally.sources.reading import Chunk, Cursor, Skipped

Read = Callable[[Sequence[Path], Mapping[str, Cursor], Skipped], Iterator[Chunk]]


class Reading:
    """What one reader has read so far."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._cursors: dict[str, Cursor] = {}
        self.events: dict[str, SentEvent] = {}
        self.skipped = Skipped()

    def read(self, *roots: Path) -> list[str]:
        """Read what is new; returns the ids of its events, in their order."""
        ids: list[str] = []
        for chunk in self._read(roots, self._cursors, self.skipped):
            self._cursors |= {cursor.path: cursor for cursor in chunk.cursors}
            self.events |= {event.event_id: event for event in chunk.events}
            ids += [event.event_id for event in chunk.events]
        return ids
