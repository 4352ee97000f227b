import pytest
from backend.tests.sources.conftest import Imported, Write

from tokentally.models.event import SentEvent
from tokentally.sources.reading import Cursor, Skipped

DAY = "sessions/2026/11/21/"


def line(kind: str, second: int, /, **payload: object) -> dict[str, object]:
    return {"timestamp": f"2026-11-21T10:00:{second:02}.000Z", "type": kind, "payload": payload}


def count(total: int, last: int | None = None, second: int = 1) -> dict[str, object]:
    def usage(number: int) -> dict[str, int]:
        return {"input_tokens": number, "output_tokens": 0, "total_tokens": number}

    info = {"total_token_usage": usage(total), "last_token_usage": usage(last) if last else None}
    return line("event_msg", second, type="token_count", info=info)


def parent(*lines: dict[str, object]) -> list[dict[str, object]]:
    return [line("session_meta", 0, id="parent"), *lines]


def fork(*lines: dict[str, object], name: str = "fork", **meta: object) -> list[dict[str, object]]:
    origin = meta or {"forked_from_id": "parent"}
    return [line("session_meta", 5, id=name, **origin), *lines]


def inputs(events: dict[str, SentEvent]) -> list[tuple[str, object]]:
    return sorted(
        (event_id.split(":")[0], event.input_tokens) for event_id, event in events.items()
    )


def test_a_fork_counts_only_what_its_parent_has_not(write: Write, imported: Imported) -> None:
    write(DAY + "rollout-1-parent.jsonl", *parent(count(40), count(100)))
    write(
        DAY + "rollout-2-fork.jsonl",
        *fork(line("session_meta", 5, id="parent"), count(40, second=5), count(100, second=5)),
        count(150, 50, second=9),
    )

    events = imported()

    assert inputs(events) == [("fork", 50), ("parent", 40), ("parent", 60)]


def test_a_fork_read_before_its_parent_by_name_counts_the_same(
    write: Write, imported: Imported
) -> None:
    write(DAY + "b.jsonl", *parent(count(100)))
    write(DAY + "a.jsonl", *fork(count(100, second=5), count(150, second=9)))

    events = imported()

    assert inputs(events) == [("fork", 50), ("parent", 100)]


def test_a_sub_agent_is_like_a_fork(write: Write, imported: Imported) -> None:
    source = {"subagent": {"thread_spawn": {"parent_thread_id": "parent", "depth": 1}}}
    write(DAY + "rollout-1-parent.jsonl", *parent(count(100)))
    write(DAY + "rollout-2-fork.jsonl", *fork(count(100), count(130), source=source))

    events = imported()

    assert inputs(events) == [("fork", 30), ("parent", 100)]


def test_a_fork_that_shows_only_the_last_vector_of_its_parent(
    write: Write, imported: Imported
) -> None:
    write(DAY + "rollout-1-parent.jsonl", *parent(count(40), count(100)))
    write(DAY + "rollout-2-fork.jsonl", *fork(count(100, 60), count(150, 50)))

    events = imported()

    assert inputs(events) == [("fork", 50), ("parent", 40), ("parent", 60)]


@pytest.mark.parametrize("last", [50, None])
def test_a_fork_without_replay_starts_from_what_its_parent_had(
    write: Write, imported: Imported, last: int | None
) -> None:
    write(DAY + "rollout-1-parent.jsonl", *parent(count(40), count(100), count(500, second=30)))
    write(DAY + "rollout-2-fork.jsonl", *fork(count(150, last, second=9), count(170, second=9)))

    events = imported()

    assert inputs(events) == [
        ("fork", 20),
        ("fork", 50),
        ("parent", 40),
        ("parent", 60),
        ("parent", 400),
    ]


def test_a_sub_agent_whose_counters_begin_at_zero_counts_whole(
    write: Write, imported: Imported
) -> None:
    write(DAY + "rollout-1-parent.jsonl", *parent(count(100)))
    write(DAY + "rollout-2-fork.jsonl", *fork(count(150, 150)))

    events = imported()

    assert inputs(events) == [("fork", 150), ("parent", 100)]


def test_siblings_may_have_the_same_vectors_in_turns_of_their_own(
    write: Write, imported: Imported
) -> None:
    write(DAY + "rollout-1-parent.jsonl", *parent(count(100), count(150, second=30)))
    for name in ("x", "y"):
        own = count(150, second=9)
        lines = fork(count(100, second=5), own, name=name, forked_from_id="parent")
        write(DAY + f"rollout-2-{name}.jsonl", *lines)

    events = imported()

    assert inputs(events) == [("parent", 50), ("parent", 100), ("x", 50), ("y", 50)]


def test_the_replay_of_a_deleted_parent_is_counted_and_told(
    write: Write, imported: Imported, skipped: Skipped
) -> None:
    write(DAY + "rollout-2-fork.jsonl", *fork(count(40), count(100), count(150)))

    events = imported()

    assert inputs(events) == [("fork", 40), ("fork", 50), ("fork", 60)]
    assert skipped.counts == {"history replayed from a deleted parent (counted)": 1}


def test_own_calls_of_a_fork_keep_their_ids_when_the_parent_is_deleted(
    write: Write, imported: Imported, cursors: dict[str, Cursor]
) -> None:
    gone = write(DAY + "rollout-1-parent.jsonl", *parent(count(100)))
    write(DAY + "rollout-2-fork.jsonl", *fork(count(100, second=5), count(150)))
    first = dict(imported())
    gone.unlink()
    cursors.clear()

    again = imported()

    assert again["fork:2"] == first["fork:2"]


def test_a_paginated_fork_counts_its_excess_over_its_parent(
    write: Write, imported: Imported
) -> None:
    base = {"thread_id": "parent"}
    child = fork(count(12956, 3294), history_mode="paginated", history_base=base)
    write(DAY + "rollout-1-parent.jsonl", *parent(count(9662)))
    write(DAY + "rollout-2-fork.jsonl", *child)

    events = imported()

    assert inputs(events) == [("fork", 3294), ("parent", 9662)]


def test_a_paginated_fork_of_a_deleted_parent_counts_its_own_call(
    write: Write, imported: Imported, skipped: Skipped
) -> None:
    child = fork(count(12956, 3294), history_mode="paginated", forked_from_id="parent")
    write(DAY + "rollout-2-fork.jsonl", *child)

    events = imported()

    assert inputs(events) == [("fork", 3294)]
    assert skipped == Skipped()


def test_a_fork_that_grows_knows_its_parent_again(write: Write, imported: Imported) -> None:
    write(DAY + "rollout-1-parent.jsonl", *parent(count(40), count(100)))
    path = DAY + "rollout-2-fork.jsonl"
    write(path, *fork(count(40, second=5)))
    imported()
    write(path, count(100, second=5), count(150, second=9), mode="ab")

    events = imported()

    assert inputs(events) == [("fork", 50), ("parent", 40), ("parent", 60)]


def test_a_fork_of_a_fork_counts_only_its_own(write: Write, imported: Imported) -> None:
    write(DAY + "rollout-1-parent.jsonl", *parent(count(100)))
    write(DAY + "rollout-2-fork.jsonl", *fork(count(100), count(150)))
    grandchild = fork(
        count(100), count(150), count(155), name="child", forked_from_id="fork", source="exec"
    )
    write(DAY + "rollout-3-child.jsonl", *grandchild)

    events = imported()

    assert inputs(events) == [("child", 5), ("fork", 50), ("parent", 100)]
