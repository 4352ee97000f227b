"""Chats of Gemini CLI, as its versions record them."""

import json
from pathlib import Path
from typing import Any

from backend.tests.sources.conftest import Write
from backend.tests.sources.reading import Reading

from tokentally.models.event import SentEvent
from tokentally.sources.gemini import read_gemini

CHATS = Path(__file__).parents[1] / "data" / "captures" / "gemini" / "tmp"


def message(name: str, **tokens: int) -> dict[str, Any]:
    """An answer that is recorded under `name`."""
    return {
        "id": name,
        "timestamp": "2026-11-21T10:00:00.000Z",
        "type": "gemini",
        "model": "gemini-2.5-pro",
        "content": "Hello.",
        "tokens": {"input": 100, "output": 20} | tokens,
    }


def line(record: dict[str, Any]) -> bytes:
    return json.dumps(record).encode() + b"\n"


def test_a_real_chat_that_was_resumed_gives_each_answer_once() -> None:
    reading = Reading(read_gemini)

    reading.read(CHATS)

    counts: dict[str, Any] = {
        "source": "gemini",
        "model": "gemini-2.5-pro",
        "cached_input_tokens": 400,
        "reasoning_output_tokens": 30,
        "pricing_mode": "overlap",
    }
    first, second = sorted(reading.events.values(), key=lambda event: event.occurred_at)
    assert first == SentEvent(
        event_id="ba7f0d4d-22d5-43c5-9c6b-ab9c50d2c905",
        occurred_at="2026-11-21T23:58:57.665Z",
        input_tokens=1001 + 7,
        output_tokens=51 + 30,
        total_tokens=1089,
        **counts,
    )
    assert second == SentEvent(
        event_id="3e757424-dc3a-4ba0-9fbd-6059cebf4281",
        occurred_at="2026-11-21T23:59:19.044Z",
        input_tokens=1002 + 7,
        output_tokens=52 + 30,
        total_tokens=1091,
        **counts,
    )
    assert reading.skipped.counts == {}


def test_lines_that_are_added_are_read_once(write: Write, tmp_path: Path) -> None:
    reading = Reading(read_gemini)
    path = write("p/chats/session-1.jsonl", line(message("a")))
    reading.read(tmp_path)

    with path.open("ab") as chat:
        chat.write(line(message("b")))
    added = reading.read(tmp_path)

    assert added == ["b"]
    assert reading.read(tmp_path) == []


def test_a_recording_that_is_written_anew_each_time_is_read_again(
    write: Write, tmp_path: Path
) -> None:
    reading = Reading(read_gemini)
    whole = {"sessionId": "s", "messages": [message("a")]}
    write("p/chats/session-1.json", json.dumps(whole).encode())
    reading.read(tmp_path)

    whole["messages"] = [message("a"), {"id": "u", "type": "user"}, message("b", thoughts=5)]
    write("p/chats/session-1.json", json.dumps(whole, indent=2).encode())
    again = reading.read(tmp_path)

    assert again == ["a", "b"]
    assert reading.events["b"].output_tokens == 25
    assert reading.read(tmp_path) == []


def test_the_chats_of_sub_agents_count_and_other_files_do_not(write: Write, tmp_path: Path) -> None:
    write("p/chats/session-1.jsonl", line(message("a")))
    write("p/chats/s/sub.jsonl", line(message("b")))
    write("p/logs.json", json.dumps([message("c")]).encode())
    write("p/checkpoint-1.json", line(message("d")))

    assert sorted(Reading(read_gemini).read(tmp_path)) == ["a", "b"]


def test_an_answer_whose_counts_come_later_counts_once(write: Write, tmp_path: Path) -> None:
    early = message("a") | {"tokens": None}
    write("p/chats/session-1.jsonl", line(early) + line(message("a")) + line(message("a")))

    assert Reading(read_gemini).read(tmp_path) == ["a"]


def test_what_can_not_be_read_costs_nothing_else(write: Write, tmp_path: Path) -> None:
    torn = b'{"id":"x","tokens":{"input":1}\n'
    wrong = line(message("y") | {"tokens": {"input": "many"}})
    nameless = line(message("z") | {"id": None})
    write("p/chats/session-1.jsonl", torn + wrong + nameless + line(message("a")))
    write("p/chats/session-2.json", b'{"messages": [{"tokens": ')
    reading = Reading(read_gemini)

    assert reading.read(tmp_path) == ["a"]
    assert reading.skipped.counts == {
        "not JSON": 2,
        "count is not a whole number from 0 to 10^12": 1,
        "message without id or time": 1,
    }


def test_a_message_that_can_not_be_read_costs_no_other_of_its_recording(
    write: Write, tmp_path: Path
) -> None:
    wrong = message("y") | {"tokens": {"input": None}}
    whole = {"sessionId": "s", "messages": [message("a"), wrong, message("b")]}
    write("p/chats/session-1.json", json.dumps(whole).encode())
    write("p/chats/session-2.jsonl", line({"$set": {"messages": [wrong, message("c")]}}))
    reading = Reading(read_gemini)

    assert reading.read(tmp_path) == ["a", "b", "c"]
    assert reading.skipped.counts == {"count is not a whole number from 0 to 10^12": 2}
