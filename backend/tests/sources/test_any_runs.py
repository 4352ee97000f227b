"""However the same lines are spread over runs, the outcome is that of one run."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from backend.tests.sources.reading import Read
from hypothesis import given, settings
from hypothesis import strategies as st

from tokentally.models.event import SentEvent
from tokentally.sources import claude_identity
from tokentally.sources.claude import read_claude
from tokentally.sources.codex import read_codex
from tokentally.sources.reading import Chunk, Cursor, Skipped

small = st.integers(0, 3)
claude_lines = st.builds(
    lambda message, request, side, counts: {
        "type": "assistant",
        "isSidechain": side,
        "timestamp": "2026-11-21T10:00:00.000Z",
        "requestId": request,
        "message": {"id": message, "model": "m", "usage": counts},
    },
    st.sampled_from(["msg_A", "msg_B", None]),
    st.sampled_from(["req_A", "req_B", "req_C", None, ""]),
    st.booleans(),
    st.fixed_dictionaries({"input_tokens": small, "output_tokens": small}),
)
codex_lines = st.one_of(
    st.builds(
        lambda total, last: {
            "type": "event_msg",
            "timestamp": "2026-11-21T10:00:00.000Z",
            "payload": {
                "type": "token_count",
                "info": {"total_token_usage": total, "last_token_usage": last},
            },
        },
        st.none() | st.fixed_dictionaries({"input_tokens": small, "output_tokens": small}),
        st.none() | st.fixed_dictionaries({"input_tokens": small}),
    ),
    st.builds(
        lambda response, counts: {
            "type": "token_usage_record",
            "timestamp": "2026-11-21T10:00:00.000Z",
            "payload": {"response_id": response, "usage": counts},
        },
        st.sampled_from(["resp_1", "resp_2", None]),
        st.fixed_dictionaries({"input_tokens": small}),
    ),
    st.builds(
        lambda model: {"type": "turn_context", "payload": {"model": model}},
        st.sampled_from(["gpt-5", "gpt-6"]),
    ),
)


@settings(deadline=None)
@given(st.lists(claude_lines, max_size=12), st.data())
def test_transcripts_may_grow_between_runs_anywhere(lines: list[Any], data: st.DataObject) -> None:
    check(read_claude, lines, data)


@settings(deadline=None)
@given(st.lists(codex_lines, max_size=12), st.data())
def test_rollouts_may_grow_between_runs_anywhere(lines: list[Any], data: st.DataObject) -> None:
    check(read_codex, lines, data)


def check(read: Read, lines: list[Any], data: st.DataObject) -> None:
    text = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    places = data.draw(st.lists(st.integers(0, len(text)), max_size=4).map(sorted))
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.jsonl"
        cursors: dict[str, Cursor] = {}
        grown: dict[str, SentEvent] = {}
        for end in (*places, len(text)):
            log.write_bytes(text[:end])
            store(read([log.parent], cursors, Skipped()), cursors, grown)
        at_once: dict[str, SentEvent] = {}
        store(read([log.parent], {}, Skipped()), {}, at_once)

    assert grown == at_once


def store(
    chunks: Iterator[Chunk], cursors: dict[str, Cursor], events: dict[str, SentEvent]
) -> None:
    for chunk in chunks:
        cursors.update({cursor.path: cursor for cursor in chunk.cursors})
        for event in chunk.events:
            known = events.get(event.event_id, event)
            events[event.event_id] = max(known, event, key=rank)


def rank(event: SentEvent) -> tuple[object, ...]:
    sums = int(event.input_tokens or 0) + int(event.output_tokens or 0)
    return sums, event.input_tokens, event.model or ""


def test_ids_are_remembered_however_many_messages_a_file_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claude_identity, "MANY", 2)
    log, copy = tmp_path / "log.jsonl", tmp_path / "copy.jsonl"
    cursors: dict[str, Cursor] = {}
    events: dict[str, SentEvent] = {}
    for number in range(9):
        with log.open("a") as file:
            file.write(json.dumps(side_call(number, "first")) + "\n")
        store(read_claude([tmp_path], cursors, Skipped()), cursors, events)
    log.unlink()
    copy.write_text("".join(json.dumps(side_call(n, "second")) + "\n" for n in range(9)))
    store(read_claude([tmp_path], cursors, Skipped()), cursors, events)

    assert sorted(events) == [f"first_{number}" for number in range(9)]
    assert max(len(cursor.state) for cursor in cursors.values()) < 100


def side_call(number: int, request: str) -> dict[str, object]:
    return {
        "type": "assistant",
        "isSidechain": True,
        "timestamp": "2026-11-21T10:00:00.000Z",
        "requestId": f"{request}_{number}",
        "message": {"id": f"msg_{number}", "usage": {"output_tokens": 1}},
    }
