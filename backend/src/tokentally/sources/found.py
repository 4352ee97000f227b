"""Where coding agents keep their logs, and what of it is on this machine."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tokentally.sources.codex import ENDINGS
from tokentally.sources.files import list_logs
from tokentally.sources.reading import Skipped


class FoundLogs(NamedTuple):
    """The logs of one agent: its folders, how many files are in them and how many bytes."""

    source: str
    roots: list[Path]
    files: int
    bytes: int


def claude_roots(environ: Mapping[str, str], home: Path) -> list[Path]:
    """Return the folders of Claude Code's transcripts; they need not exist."""
    configured = [part.strip() for part in environ.get("CLAUDE_CONFIG_DIR", "").split(",")]
    folders = [_expanded(part, home) for part in configured if part]
    return [
        folder / "projects" for folder in folders or [home / ".config/claude", home / ".claude"]
    ]


def codex_roots(environ: Mapping[str, str], home: Path) -> list[Path]:
    """Return the folders of Codex's rollouts; they need not exist."""
    folder = _expanded(environ.get("CODEX_HOME", "").strip() or "~/.codex", home)
    return [folder / "sessions", folder / "archived_sessions"]


def find_logs(environ: Mapping[str, str], home: Path) -> list[FoundLogs]:
    """Return what there is to import; agents without a file are left out."""
    candidates = (
        ("claude", claude_roots(environ, home), (".jsonl",)),
        ("codex", codex_roots(environ, home), ENDINGS),
    )
    found = []
    for source, roots, endings in candidates:
        files = list_logs(roots, endings, Skipped())
        if files:
            found.append(FoundLogs(source, roots, len(files), sum(file.size for file in files)))
    return found


def _expanded(folder: str, home: Path) -> Path:
    return home / folder[2:] if folder.startswith("~/") else Path(folder)
