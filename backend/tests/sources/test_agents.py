"""Where the logs of agents are looked for, and what is found."""

from pathlib import Path

from backend.tests.sources.conftest import Write

from tokentally.sources.agents import AGENTS, CLAUDE, FoundLogs, find_logs


def test_logs_are_in_the_home_folder_unless_the_environment_says_otherwise() -> None:
    home = Path("/home/ada")
    environ = {
        "CLAUDE_CONFIG_DIR": "/one, ~/two,",
        "CODEX_HOME": "/codex",
        "GEMINI_CLI_HOME": "/three",
        "XDG_DATA_HOME": "/data",
    }

    by_default = {agent.source: agent.roots({}, home) for agent in AGENTS}
    configured = {agent.source: agent.roots(environ, home) for agent in AGENTS}

    stored = home / ".local/share/opencode"
    assert by_default == {
        "claude": [home / ".config/claude/projects", home / ".claude/projects"],
        "codex": [home / ".codex/sessions", home / ".codex/archived_sessions"],
        "gemini": [home / ".gemini/tmp"],
        "opencode": [stored / "opencode.db", stored / "storage/message"],
    }
    assert configured == {
        "claude": [Path("/one/projects"), home / "two/projects"],
        "codex": [Path("/codex/sessions"), Path("/codex/archived_sessions")],
        "gemini": [Path("/three/.gemini/tmp")],
        "opencode": [
            Path("/data/opencode/opencode.db"),
            Path("/data/opencode/storage/message"),
        ],
    }


def test_what_is_on_the_machine_is_found_with_its_size(tmp_path: Path, write: Write) -> None:
    write(".claude/projects/p/a.jsonl", b"12345")
    write(".claude/projects/p/note.txt", b"12345")
    write(".claude/projects/p/s/agent-b.jsonl", b"123")

    found = find_logs({}, tmp_path)

    assert found == [FoundLogs(CLAUDE, CLAUDE.roots({}, tmp_path), 8)]


def test_a_home_that_is_reached_by_two_ways_counts_once(tmp_path: Path, write: Write) -> None:
    write(".claude/projects/p/a.jsonl", b"12345")
    (tmp_path / ".config").mkdir()
    (tmp_path / ".config/claude").symlink_to(tmp_path / ".claude")

    found = find_logs({}, tmp_path)

    assert [logs.bytes for logs in found] == [5]
