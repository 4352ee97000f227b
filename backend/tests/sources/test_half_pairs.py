"""Emoji that an agent cut in two: JavaScript writes the half that is left as an escape."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from backend.tests.sources.reading import Read, Reading

from tokentally.sources.claude import read_claude
from tokentally.sources.codex import read_codex
from tokentally.sources.gemini import read_gemini
from tokentally.sources.opencode import read_opencode

Write = Callable[..., Path]

TIME = "2026-11-21T10:00:00.000Z"
CUT = "half an emoji: \ud83d"


def claude(**more: Any) -> dict[str, Any]:
    content = [{"type": "text", "text": CUT}]
    message = {"id": "msg_A", "model": "m", "content": content, "usage": {"output_tokens": 7}}
    return {"type": "assistant", "timestamp": TIME, "requestId": "a", "message": message, **more}


def codex() -> dict[str, Any]:
    total = {"total_token_usage": {"input_tokens": 3, "output_tokens": 7}}
    payload = {"type": "token_count", "info": total, "note": CUT}
    return {"timestamp": TIME, "type": "event_msg", "payload": payload}


def gemini() -> dict[str, Any]:
    tokens = {"input": 3, "output": 7}
    answer = {"id": "a", "timestamp": TIME, "model": "m", "content": "Hello.", "tokens": tokens}
    return {"messages": [{"id": "u", "timestamp": TIME, "content": CUT}, answer]}


def opencode() -> dict[str, Any]:
    return {
        "id": "msg_a",
        "role": "assistant",
        "title": CUT,
        "time": {"created": 1795255200000},
        "tokens": {"input": 3, "output": 7},
    }


@pytest.mark.parametrize(
    ("read", "name", "record"),
    [
        (read_claude, "a.jsonl", claude()),
        (read_codex, "rollout-a.jsonl", codex()),
        (read_gemini, "chats/session-a.json", gemini()),
        (read_gemini, "chats/session-a.jsonl", gemini()),
        (read_opencode, "storage/message/s/msg_a.json", opencode()),
    ],
)
def test_half_an_emoji_beside_the_counts_costs_no_call(
    write: Write, tmp_path: Path, read: Read, name: str, record: dict[str, Any]
) -> None:
    write(name, record)
    reading = Reading(read)

    reading.read(tmp_path)

    assert [event.output_tokens for event in reading.events.values()] == [7]
    assert reading.skipped.counts == {}


def test_a_last_line_with_half_an_emoji_is_whole_without_a_newline(
    write: Write, tmp_path: Path
) -> None:
    write("a.jsonl", json.dumps(claude()).encode())
    reading = Reading(read_claude)

    assert reading.read(tmp_path) == ["a"]
    assert reading.skipped.counts == {}
