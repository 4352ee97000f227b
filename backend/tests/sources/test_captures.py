"""Real logs, whole and cut anywhere."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from backend.tests.sources.reading import Read

from tokentally.models.event import SentEvent
from tokentally.sources.claude import read_claude
from tokentally.sources.codex import read_codex
from tokentally.sources.reading import Cursor, Skipped

CAPTURES = Path(__file__).parents[1] / "data" / "captures"
TRANSCRIPTS: dict[str, Any] = json.loads(
    (CAPTURES / "claude-code/expected-transcripts.json").read_text()
)
ROLLOUTS: dict[str, Any] = json.loads((CAPTURES / "codex/expected-rollouts.json").read_text())
LOGS = [
    *((read_claude, CAPTURES / "claude-code" / name) for name in TRANSCRIPTS),
    *((read_codex, CAPTURES / "codex" / name) for name in ROLLOUTS),
]


def as_expected(event: SentEvent) -> dict[str, object]:
    """Return an event as the captures' notes state it: input with cache."""
    added = event.pricing_mode == "add"
    cache = int(event.cached_input_tokens or 0) + int(event.cache_write_tokens or 0)
    return {
        "id": event.event_id,
        "occurred_at": event.occurred_at,
        "source": event.source,
        "model": event.model,
        "input_tokens": int(event.input_tokens or 0) + (cache if added else 0),
        "cached_input_tokens": event.cached_input_tokens,
        "cache_write_tokens": event.cache_write_tokens,
        "output_tokens": event.output_tokens,
        "reasoning_output_tokens": event.reasoning_output_tokens or 0,
        "total_tokens": event.total_tokens,
    }


def expected(call: Mapping[str, object]) -> dict[str, object]:
    keys = as_expected(SentEvent("", "")).keys() - {"id"}
    identity = call.get("request_id") or call.get("response_id")
    return {"id": identity, **{key: call[key] for key in keys}}


def read_on(
    read: Read, folder: Path, cursors: dict[str, Cursor], events: dict[str, SentEvent]
) -> dict[str, SentEvent]:
    """Add what is new to the events; the captures repeat calls, but only their time differs."""
    for chunk in read([folder], cursors, Skipped()):
        cursors.update({cursor.path: cursor for cursor in chunk.cursors})
        for event in chunk.events:
            event.occurred_at = min(
                event.occurred_at, events.get(event.event_id, event).occurred_at
            )
            events[event.event_id] = event
    return events


def cuts(data: bytes) -> list[int]:
    """Return every place near the end of a line, and some in between."""
    ends = [place for place, byte in enumerate(data) if byte == ord("\n")]
    near = {end + distance for end in ends for distance in range(-30, 31)}
    return sorted((near | {*range(0, len(data), 31)}) & {*range(len(data) + 1)})


def test_transcripts_of_claude_code_give_what_was_billed() -> None:
    skipped = Skipped()

    chunks = [*read_claude([CAPTURES / "claude-code/projects"], {}, skipped)]

    events = [as_expected(event) for chunk in chunks for event in chunk.events]
    calls = [call for log in TRANSCRIPTS.values() for call in log["events"]]
    assert sorted(events, key=str) == sorted(map(expected, calls), key=str)
    assert skipped == Skipped(counts=skipped.counts)
    assert skipped.counts == {"API error message": 2}


def test_rollouts_of_codex_give_what_was_billed() -> None:
    skipped = Skipped()

    chunks = [*read_codex([CAPTURES / "codex/sessions"], {}, skipped)]

    events = [as_expected(event) for chunk in chunks for event in chunk.events]
    calls = [call for log in ROLLOUTS.values() for call in log]
    assert sorted(events, key=str) == sorted(map(expected, calls), key=str)
    assert skipped == Skipped()


@pytest.mark.parametrize(("read", "log"), LOGS)
def test_a_file_read_in_two_runs_gives_the_events_of_one_run(
    tmp_path: Path, read: Read, log: Path
) -> None:
    data = log.read_bytes()
    whole, cut = tmp_path / "whole" / log.name, tmp_path / "cut" / log.name
    whole.parent.mkdir()
    cut.parent.mkdir()
    whole.write_bytes(data)
    at_once = read_on(read, whole.parent, {}, {})
    for place in cuts(data):
        cut.write_bytes(data[:place])
        cursors: dict[str, Cursor] = {}
        events = read_on(read, cut.parent, cursors, {})
        with cut.open("ab") as file:
            file.write(data[place:])
        read_on(read, cut.parent, cursors, events)

        assert events == at_once, f"cut at byte {place}"
        assert cursors[str(cut)].offset == len(data)


@pytest.mark.parametrize(("read", "log"), LOGS)
def test_a_file_read_after_every_few_bytes_gives_the_events_of_one_run(
    tmp_path: Path, read: Read, log: Path
) -> None:
    data = log.read_bytes()
    growing = tmp_path / log.name
    cursors: dict[str, Cursor] = {}
    events: dict[str, SentEvent] = {}
    for start in range(0, len(data), 97):
        with growing.open("ab") as file:
            file.write(data[start : start + 97])
        read_on(read, tmp_path, cursors, events)

    assert read_on(read, tmp_path, cursors, {}) == {}
    assert events == read_on(read, tmp_path, {}, {})
