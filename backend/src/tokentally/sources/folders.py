"""Where coding agents keep their logs, by default and by their own settings."""

from collections.abc import Mapping
from pathlib import Path


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


def gemini_roots(environ: Mapping[str, str], home: Path) -> list[Path]:
    """Return the folder with a folder of chats for each project; it need not exist."""
    folder = _expanded(environ.get("GEMINI_CLI_HOME", "").strip() or "~/", home)
    return [folder / ".gemini/tmp"]


def opencode_roots(environ: Mapping[str, str], home: Path) -> list[Path]:
    """Return the database of OpenCode and the folder of its older messages; they need not exist."""
    data = _expanded(environ.get("XDG_DATA_HOME", "").strip() or "~/.local/share", home)
    return [data / "opencode/opencode.db", data / "opencode/storage/message"]


def _expanded(folder: str, home: Path) -> Path:
    return home / folder[2:] if folder.startswith("~/") else Path(folder)
