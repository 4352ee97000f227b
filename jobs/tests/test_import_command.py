import os
from contextlib import suppress
from pathlib import Path

import pytest
from backend.tests.exactness.oracle import Oracle
from backend.tests.exactness.stored import assert_exact
from backend.tests.factories import NOW, SettableClock
from jobs.tests.conftest import Logs, Run
from jobs.tests.test_known_answers import claude, count, session
from jobs.tests.usage_rows import march, rows, tokens
from sqlalchemy import Connection
from sqlalchemy import event as sa_event

from tokentally.api.backend import open_backend
from tokentally.config import Settings
from tokentally.sources.jsonl import read_jsonl
from tokentally_jobs.importing import import_logs

EVENTS = "SELECT count(*) FROM token_event"


def test_a_second_run_takes_only_what_is_new(
    tokentally: Run, logs: Logs, database_path: Path
) -> None:
    logs("p/a.jsonl", claude("msg_A", input=10, output=1))

    first, second = tokentally("import", "claude", "p"), tokentally("import", "claude", "p")
    logs("p/a.jsonl", claude("msg_B", input=20, output=2), mode="ab")
    logs("p/b.jsonl", claude("msg_A", input=10, output=1))
    third = tokentally("import", "claude", "p")

    assert first.out.startswith("claude: 1 accepted; 11 tokens;")
    assert second == (0, "claude: nothing new; 0 tokens; 0 bytes read\n", "")
    assert third.out.startswith("claude: 1 accepted, 1 duplicate; 33 tokens;")
    assert tokens(database_path) == [("claude", "claude-4.6-opus", 30, 3)]


def test_a_dry_run_stores_nothing(tokentally: Run, logs: Logs, database_path: Path) -> None:
    logs("s/rollout-a.jsonl", *session("s", count(5), count(9)))

    dry = tokentally("import", "codex", "s", "--dry-run")

    assert dry.status == 0
    assert dry.out.startswith("codex: 2 read; 9 tokens;")
    assert dry.out.endswith("nothing stored (dry run)\n")
    for table in ("token_event", "import_cursor", "pending_usage", "ingest_stat"):
        assert rows(database_path, f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608
    assert tokentally("import", "codex", "s").out.startswith("codex: 2 accepted; 9 tokens;")


def test_all_imports_what_each_agent_keeps_on_this_machine(
    tokentally: Run,
    logs: Logs,
    database_path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for variable in ("CLAUDE_CONFIG_DIR", "CODEX_HOME", "GEMINI_CLI_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    logs(".claude/projects/p/a.jsonl", claude("msg_A", input=10, output=1))
    logs(".codex/sessions/rollout-a.jsonl", *session("s", count(5)))

    first, second = tokentally("import", "all"), tokentally("import", "all")

    assert [line.split(";")[0] for line in first.out.splitlines()] == [
        "claude: 1 accepted",
        "codex: 1 accepted",
    ]
    assert [line.split(";")[0] for line in second.out.splitlines()] == [
        "claude: nothing new",
        "codex: nothing new",
    ]
    assert rows(database_path, EVENTS) == [(2,)]


@pytest.mark.parametrize("kind", ["claude", "codex"])
def test_damaged_files_are_reported_and_stop_no_other(
    kind: str, tokentally: Run, logs: Logs, database_path: Path
) -> None:
    good = [claude("msg_A", input=7)] if kind == "claude" else session("s", count(7))
    logs("p/1-empty.jsonl")
    logs("p/2-binary.jsonl", bytes(range(256)) * 40 + b"\n")
    logs("p/3-torn.jsonl", b'{"type":"assistant","message":{"usage":{"input_tokens":1}\n')
    logs("p/4-folder.jsonl/inside.txt", b"text")
    (logs("p/5-unreadable.jsonl", b"{}\n")).unlink()
    Path("p/5-unreadable.jsonl").symlink_to("nowhere")
    logs("p/6-good.jsonl", *good)

    said = tokentally("import", kind, "p")

    assert said.status == 0
    assert said.out.startswith(f"{kind}: 1 accepted; 7 tokens;")
    assert "skipped:" in said.out
    assert "Traceback" not in said.err
    for name in ("1-empty", "4-folder", "5-unreadable"):
        assert f"{name}.jsonl: " in said.err
    assert [row[2] for row in tokens(database_path)] == [7]


def test_bad_lines_of_a_jsonl_file_cost_only_themselves(
    tokentally: Run, logs: Logs, database_path: Path
) -> None:
    logs(
        "e.jsonl",
        march(1),
        b"not json\n",
        {"event_id": "x"},
        march(2, output_tokens=-1),
        march(3, occurred_at="yesterday"),
        march(4),
        b'{"event_id": "unfinished", "occu',
    )

    said = tokentally("import", "jsonl", "e.jsonl")

    assert said.status == 0
    assert said.out.startswith("jsonl: 2 accepted; 240 tokens;")
    assert "occurred_at must be an RFC 3339 time" in said.out
    assert "output_tokens must be an integer" in said.out
    assert rows(database_path, EVENTS) == [(2,)]


def test_a_line_that_was_being_written_is_taken_once_it_is_whole(
    tokentally: Run, logs: Logs, database_path: Path
) -> None:
    logs("e.jsonl", march(1))
    line = b'{"event_id":"late","occurred_at":"2024-03-02T00:00:00Z","input_tokens":5}\n'
    logs("e.jsonl", line[:40], mode="ab")

    first = tokentally("import", "jsonl", "e.jsonl")
    logs("e.jsonl", line[40:], mode="ab")
    second = tokentally("import", "jsonl", "e.jsonl")

    assert first.out.startswith("jsonl: 1 accepted; 120 tokens;")
    assert second.out.startswith("jsonl: 1 accepted; 5 tokens;")
    assert rows(database_path, EVENTS) == [(2,)]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("import", "csv", "a.csv", "--map", "occurred_at"), "not of the form field=column"),
        (("import", "csv", "a.csv", "--map", "input_tokens=IN"), "the time is missing"),
        (("import", "csv", "a.csv", "--map", "when=AT"), "there is no field 'when'"),
        (("import", "csv", "a.csv", "--map", "occurred_at=NONE"), "no column 'NONE'"),
        (("import", "csv", "a.csv", "--map", "occurred_at=AT", "--tz", "Mars/Base"), "Mars/Base"),
        (("import", "csv", "none.csv", "--map", "occurred_at=AT"), "none.csv"),
        (("import", "jsonl", "none.jsonl"), "none.jsonl"),
        (("import", "jsonl", "folder"), "folder is not a file"),
        (("import", "jsonl", "pipe"), "pipe is not a file"),
        (("import", "csv", "pipe", "--map", "occurred_at=AT"), "pipe is not a file"),
        (("import", "ccusage", "folder"), "folder is not a file"),
        (("import", "claude", "none"), "none"),
    ],
)
def test_what_cannot_be_imported_is_said_in_one_line(
    args: tuple[str, ...], said: str, tokentally: Run, logs: Logs, tmp_path: Path
) -> None:
    logs("a.csv", b"AT,IN\n2024-03-01,1\n")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")

    result = tokentally(*args)

    assert result.status == 2
    assert result.out == ""
    assert said in result.err
    assert result.err.count("\n") == 1


def test_an_import_cut_off_between_chunks_goes_on_exactly(
    logs: Logs, settings: Settings, database_path: Path, tmp_path: Path, tokentally: Run
) -> None:
    """Whichever commit is the one that fails, running again ends with each event once."""
    batch = [march(1, event_id=f"e{n}", input_tokens=n) for n in range(12_000)]
    path = logs("e.jsonl", *batch)
    oracle = Oracle()
    for sent in batch:
        oracle.deliver(sent, NOW)

    class Died(Exception):
        """The process ends here."""

    for commits in range(1, 7):
        backend = open_backend(settings, SettableClock())
        left = [commits]

        def die_at_commit(_connection: Connection, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise Died

        sa_event.listen(backend.database.writer, "commit", die_at_commit)
        with suppress(Died):
            import_logs(backend, "jsonl", lambda *args: read_jsonl(path, *args))
        sa_event.remove(backend.database.writer, "commit", die_at_commit)
        backend.close()
    tokentally("import", "jsonl", "e.jsonl")

    assert_exact(database_path, oracle)
    assert tokentally("import", "jsonl", "e.jsonl").out.startswith("jsonl: nothing new;")
    assert tmp_path == Path.cwd()
