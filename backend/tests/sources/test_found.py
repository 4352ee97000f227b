from collections.abc import Callable
from pathlib import Path

from tokentally.sources.found import FoundLogs, claude_roots, codex_roots, find_logs

Write = Callable[..., Path]


def test_logs_are_in_the_home_folder_unless_the_environment_says_otherwise() -> None:
    home = Path("/home/ada")
    environ = {"CLAUDE_CONFIG_DIR": "/one, ~/two,", "CODEX_HOME": "/codex"}

    by_default = claude_roots({}, home), codex_roots({}, home)
    configured = claude_roots(environ, home), codex_roots(environ, home)

    assert by_default == (
        [home / ".config/claude/projects", home / ".claude/projects"],
        [home / ".codex/sessions", home / ".codex/archived_sessions"],
    )
    assert configured == (
        [Path("/one/projects"), home / "two/projects"],
        [Path("/codex/sessions"), Path("/codex/archived_sessions")],
    )


def test_what_is_on_the_machine_is_found_with_its_size(tmp_path: Path, write: Write) -> None:
    write(".claude/projects/p/a.jsonl", b"12345")
    write(".claude/projects/p/note.txt", b"12345")
    write(".claude/projects/p/s/agent-b.jsonl", b"123")

    found = find_logs({}, tmp_path)

    assert found == [FoundLogs("claude", claude_roots({}, tmp_path), 2, 8)]


def test_a_home_that_is_reached_by_two_ways_counts_once(tmp_path: Path, write: Write) -> None:
    write(".claude/projects/p/a.jsonl", b"12345")
    (tmp_path / ".config").mkdir()
    (tmp_path / ".config/claude").symlink_to(tmp_path / ".claude")

    found = find_logs({}, tmp_path)

    assert [(logs.files, logs.bytes) for logs in found] == [(1, 5)]
