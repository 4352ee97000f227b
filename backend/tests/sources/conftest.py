"""Files to read, and a stand-in for whoever stores what the readers give."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from tokentally.models.event import SentEvent
from tokentally.sources.claude import read_claude
from tokentally.sources.codex import read_codex
from tokentally.sources.reading import Chunk, Cursor, Skipped

Line = dict[str, object] | bytes
Write = Callable[..., Path]
Imported = Callable[[], dict[str, SentEvent]]


class Tokens(NamedTuple):
    """An event's counts as sent."""

    input: int
    cached: int
    write: int
    write_1h: int
    output: int
    reasoning: int


TokensOf = Callable[[dict[str, SentEvent]], dict[str, Tokens]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write lines (JSON objects, or bytes as they are) to a file below the test's folder."""

    def write_lines(name: str, *lines: Line, mode: str = "wb") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open(mode) as file:
            for line in lines:
                data = line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n"
                file.write(data)
        return path

    return write_lines


@pytest.fixture
def skipped() -> Skipped:
    return Skipped()


@pytest.fixture
def cursors() -> dict[str, Cursor]:
    return {}


@pytest.fixture
def store(cursors: dict[str, Cursor]) -> Callable[..., dict[str, SentEvent]]:
    """Keep cursors and events of chunks, repeated ids joined as the real store joins them."""
    events: dict[str, SentEvent] = {}

    def store_chunks(chunks: Iterable[Chunk]) -> dict[str, SentEvent]:
        for chunk in chunks:
            cursors.update({cursor.path: cursor for cursor in chunk.cursors})
            for event in chunk.events:
                known = events.get(event.event_id, event)
                best = msgspec.structs.replace(max(known, event, key=rank))
                best.occurred_at = min(known.occurred_at, event.occurred_at)
                events[event.event_id] = best
        return events

    return store_chunks


@pytest.fixture
def imported(
    tmp_path: Path,
    cursors: dict[str, Cursor],
    skipped: Skipped,
    store: Callable[..., dict[str, SentEvent]],
) -> Imported:
    """Read what is new below the test's folder; return all that is stored by now."""

    def run() -> dict[str, SentEvent]:
        store(read_claude([tmp_path / "projects"], cursors, skipped))
        roots = [tmp_path / "sessions", tmp_path / "archived_sessions"]
        return store(read_codex(roots, cursors, skipped))

    return run


@pytest.fixture
def tokens() -> TokensOf:
    """Reduce events to their counts."""
    return lambda events: {event_id: sent(event) for event_id, event in events.items()}


def sent(event: SentEvent) -> Tokens:
    return Tokens(
        *(
            int(count or 0)
            for count in (
                event.input_tokens,
                event.cached_input_tokens,
                event.cache_write_tokens,
                event.cache_write_1h_tokens,
                event.output_tokens,
                event.reasoning_output_tokens,
            )
        )
    )


def rank(event: SentEvent) -> tuple[object, ...]:
    counts = sent(event)
    all_input = counts.input
    if event.pricing_mode == "add":
        all_input += counts.cached + counts.write
    order = counts.output, counts.cached, counts.write, counts.write_1h, counts.reasoning
    return all_input + counts.output, all_input, *order, event.cost_usd or 0, event.model or ""
