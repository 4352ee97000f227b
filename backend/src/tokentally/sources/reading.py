"""What every log reader is given and gives back: cursors in, events and cursors out."""

from collections import Counter
from dataclasses import dataclass, field

from tokentally.models.event import SentEvent


@dataclass(frozen=True)
class Cursor:
    """How far one file was read; the caller keeps it, also after the file is gone.

    `identity` tells whether the path is still the same file, `offset` is the byte after the last
    complete line that was read (in a compressed file: after decompression), `state` is what the
    reader needs to go on from there.
    """

    path: str
    identity: str
    offset: int
    state: bytes = b""


@dataclass
class Skipped:
    """What was not counted and why: lines per reason, and what was wrong with whole files."""

    counts: Counter[str] = field(default_factory=Counter)
    problems: list[tuple[str, str]] = field(default_factory=list)

    def line(self, reason: str) -> None:
        """Count one line (or one call) that gives no event."""
        self.counts[reason] += 1

    def file(self, path: str, reason: str, detail: str = "") -> None:
        """Count a file that could not be read as expected, and name it."""
        self.counts[reason] += 1
        self.problems.append((path, f"{reason}: {detail}" if detail else reason))


@dataclass(frozen=True)
class Chunk:
    """Events and the cursors that they lead to; to be stored in one transaction.

    Storing both together makes a crash harmless: whatever was not stored is read again, and gives
    the same events with the same ids.
    """

    events: list[SentEvent]
    cursors: list[Cursor]
    bytes_read: int
