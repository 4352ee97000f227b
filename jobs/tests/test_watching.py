"""`tokentally import … --watch`: goes on through whatever happens to the logs and the database."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from jobs.tests.conftest import Logs
from jobs.tests.test_known_answers import claude, count, session
from jobs.tests.usage_rows import tokens
from trials.programs import Program, Zygote, environment, until


@pytest.fixture
def watching(zygote: Zygote, logs: Logs, database_path: Path, tmp_path: Path) -> Iterator[Program]:
    """All logs of a home folder are followed; the first call is imported."""
    logs(".claude/projects/p/a.jsonl", claude("msg_0", input=10))
    env = environment(database_path) | {"HOME": str(tmp_path)}
    for name in ("CLAUDE_CONFIG_DIR", "CODEX_HOME", "GEMINI_CLI_HOME", "XDG_DATA_HOME"):
        env.pop(name, None)
    program = zygote.launch(["import", "all", "--watch"], env, tmp_path / "log")
    until(lambda: "watching" in program.said(), "it does not watch")
    yield program
    assert program.end() in (0, -15)
    assert "Traceback" not in program.said()


def told(watching: Program, events: int) -> None:
    """Wait until the command has told of so many imports of one event."""
    until(lambda: watching.said().count("1 accepted") == events, f"not {events} events")


def test_what_is_appended_and_what_is_new_is_imported(
    watching: Program, logs: Logs, database_path: Path
) -> None:
    logs(".claude/projects/p/a.jsonl", claude("msg_1", input=20), mode="ab")
    told(watching, 2)
    logs(".claude/projects/p/new/b.jsonl", claude("msg_2", input=30))
    told(watching, 3)

    assert tokens(database_path) == [("claude", "claude-4.6-opus", 60, 0)]


def test_a_log_that_is_rotated_cut_or_replaced_loses_and_doubles_nothing(
    watching: Program, logs: Logs, database_path: Path
) -> None:
    log = logs(".claude/projects/p/a.jsonl", claude("msg_1", input=20), mode="ab")
    told(watching, 2)

    log.rename(log.with_name("a-old.jsonl"))
    logs(".claude/projects/p/a.jsonl", claude("msg_2", input=30))
    told(watching, 3)
    logs(".claude/projects/p/a.jsonl", claude("m3", input=40))
    told(watching, 4)
    replacement = logs("replacement", claude("m3", input=40), claude("m4", input=50))
    replacement.rename(log)
    until(lambda: tokens(database_path)[0][2] == 150, "the replacement was not imported")

    assert tokens(database_path) == [("claude", "claude-4.6-opus", 150, 0)]


def test_the_folder_of_an_agent_that_appears_later_is_looked_into(
    watching: Program, logs: Logs, database_path: Path
) -> None:
    logs(".codex/sessions/rollout-a.jsonl", *session("s", count(5)))

    told(watching, 2)

    assert [row[0] for row in tokens(database_path)] == ["claude", "codex"]


def test_a_database_that_can_not_be_written_for_a_while_is_tried_again(
    watching: Program, logs: Logs, database_path: Path
) -> None:
    with closing(sqlite3.connect(database_path, isolation_level=None)) as owner:
        owner.execute("BEGIN IMMEDIATE")
        logs(".claude/projects/p/a.jsonl", claude("msg_1", input=20), mode="ab")
        until(lambda: "will try again: " in watching.said(), "it does not say that it waits")
        owner.execute("ROLLBACK")
    told(watching, 2)

    assert tokens(database_path) == [("claude", "claude-4.6-opus", 30, 0)]
