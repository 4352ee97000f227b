from itertools import permutations
from pathlib import Path

import pytest
from backend.tests.sources.conftest import Imported, Write

from tokentally.models.event import SentEvent
from tokentally.sources.claude import read_claude
from tokentally.sources.reading import Cursor, Skipped


def call(
    message: str | None,
    request: str | None,
    input: int = 10,
    output: int = 1,
    side: bool = False,
    second: int = 0,
) -> dict[str, object]:
    usage = {"input_tokens": input, "cache_read_input_tokens": 7, "output_tokens": output}
    line: dict[str, object] = {
        "type": "assistant",
        "isSidechain": side,
        "timestamp": f"2026-11-21T10:00:{second:02}.000Z",
        "message": {"id": message, "model": "m", "usage": usage},
    }
    return line if request is None else {**line, "requestId": request}


def outputs(events: dict[str, SentEvent]) -> dict[str, object]:
    return {event_id: event.output_tokens for event_id, event in events.items()}


def test_a_fork_that_copies_history_adds_only_its_own_calls(
    write: Write, imported: Imported
) -> None:
    history = [call("msg_A", "req_A"), call("msg_B", "req_B")]
    write("projects/p/a.jsonl", *history)
    write("projects/p/b.jsonl", *history, call("msg_C", "req_C"))

    events = imported()

    assert outputs(events) == {"req_A": 1, "req_B": 1, "req_C": 1}


def test_lines_without_request_ids_are_one_call_per_context(
    write: Write, imported: Imported
) -> None:
    write(
        "projects/p/a.jsonl",
        call("gateway", None, input=10, output=1),
        call("gateway", None, input=10, output=9, second=1),
        call("gateway", None, input=55, output=3),
    )

    events = imported()

    assert outputs(events) == {"gateway:10:0:7": 9, "gateway:55:0:7": 3}


@pytest.mark.parametrize("request_first", [True, False])
def test_a_line_with_and_a_line_without_request_id_are_one_call(
    write: Write, imported: Imported, request_first: bool
) -> None:
    lines = [call("msg_A", "req_A", output=2), call("msg_A", None, output=8)]
    write("projects/p/a.jsonl", *(lines if request_first else reversed(lines)))

    events = imported()

    assert list(outputs(events).values()) == [8]


def test_a_gateway_with_one_message_id_and_some_request_ids_keeps_calls_apart(
    write: Write, imported: Imported
) -> None:
    write(
        "projects/p/a.jsonl",
        call("gateway", "req_A", input=10),
        call("gateway", None, input=10),
        call("gateway", "req_B", input=20),
        call("gateway", None, input=20),
        call("gateway", "req_C", input=20),
        call("gateway", None, input=30),
    )

    events = imported()

    assert sorted(events) == ["gateway:30:0:7", "req_A", "req_B", "req_C"]


def test_one_message_id_with_two_request_ids_is_two_calls(write: Write, imported: Imported) -> None:
    write("projects/p/a.jsonl", call("msg_A", "req_A"), call("msg_A", "req_B"))

    events = imported()

    assert outputs(events) == {"req_A": 1, "req_B": 1}


def test_lines_with_neither_id_all_count_and_stay_the_same_when_read_again(
    write: Write, imported: Imported, cursors: dict[str, Cursor]
) -> None:
    write("projects/p/a.jsonl", call(None, None), call(None, None))

    first = dict(imported())
    cursors.clear()
    again = imported()

    assert len(first) == 2
    assert again.keys() == first.keys()


def test_a_request_id_alone_identifies_a_call(write: Write, imported: Imported) -> None:
    write("projects/p/a.jsonl", call(None, "req_A"), call(None, "req_A"))

    events = imported()

    assert outputs(events) == {"req_A": 1}


def test_sub_agents_are_counted(write: Write, imported: Imported) -> None:
    write("projects/p/a.jsonl", call("msg_A", "req_A"))
    write("projects/p/a/subagents/agent-1.jsonl", call("msg_S", "req_S", side=True))

    events = imported()

    assert outputs(events) == {"req_A": 1, "req_S": 1}


@pytest.mark.parametrize("side_file", ["a.jsonl", "c.jsonl"])
def test_a_replay_in_a_side_conversation_is_the_message_of_the_main_one(
    write: Write, imported: Imported, side_file: str
) -> None:
    write("projects/p/b.jsonl", call("msg_A", "req_A", output=5))
    write(
        f"projects/p/{side_file}",
        call("msg_A", "req_X", input=99, output=5, side=True),
        call("msg_S", "req_S", side=True),
    )

    events = imported()

    assert sorted(events) == ["req_A", "req_S"]


def test_a_copy_in_a_later_run_finds_the_id_of_a_deleted_file(
    write: Write, imported: Imported
) -> None:
    original = write("projects/p/a.jsonl", call("msg_A", "req_A"), call("msg_B", None))
    imported()
    original.unlink()
    write(
        "projects/p/b.jsonl",
        call("msg_A", None, output=3),
        call("msg_A", "req_X", side=True),
        call("msg_B", "req_B"),
    )

    events = imported()

    assert outputs(events) == {"req_A": 3, "msg_B:10:0:7": 1}


def test_a_main_record_that_comes_after_its_replay_stays_one_call(
    write: Write, imported: Imported
) -> None:
    write("projects/p/side.jsonl", call("msg_A", "req_X", side=True))
    imported()
    write("projects/p/main.jsonl", call("msg_A", "req_A", output=4))
    imported()
    write("projects/p/fork.jsonl", call("msg_A", "req_A", output=4), call("msg_A", "req_B"))

    events = imported()

    assert outputs(events) == {"req_X": 4, "req_B": 1}


def test_files_that_come_in_any_order_and_any_runs_give_the_same_sum(
    tmp_path: Path, write: Write
) -> None:
    files = {
        "a": [call("msg_A", "req_A", output=5), call("msg_B", None, input=3)],
        "b": [call("msg_A", "req_X", side=True), call("msg_S", "req_S", side=True)],
        "c": [call("msg_A", None, output=2), call("msg_B", "req_B", input=3, output=6)],
    }
    for turn, order in enumerate(permutations(files)):
        cursors: dict[str, Cursor] = {}
        best: dict[str, int] = {}
        for name in order:
            write(f"{turn}/{name}.jsonl", *files[name])
            for chunk in read_claude([tmp_path / str(turn)], cursors, Skipped()):
                cursors.update({cursor.path: cursor for cursor in chunk.cursors})
                for event in chunk.events:
                    output = int(event.output_tokens or 0)
                    best[event.event_id] = max(best.get(event.event_id, 0), output)

        assert sorted(best.values()) == [1, 5, 6], order


def test_ids_that_are_too_long_for_an_event_are_shortened(write: Write, imported: Imported) -> None:
    write("projects/p/a.jsonl", call("m" * 300, "r" * 300), call("n" * 300, None))

    events = imported()

    assert [len(event_id) for event_id in events] == [32, 32]
