"""The coding agents whose logs can be read: where each keeps them, and what of it is here."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tokentally.sources import codex, gemini, opencode
from tokentally.sources.claude import read_claude
from tokentally.sources.files import LogFile, list_logs
from tokentally.sources.folders import claude_roots, codex_roots, gemini_roots, opencode_roots
from tokentally.sources.reading import Chunk, Cursor, Skipped


@dataclass(frozen=True)
class Agent:
    """A coding agent: its source, what people call it, and how its logs are found and read."""

    source: str
    title: str
    roots: Callable[[Mapping[str, str], Path], list[Path]]
    files: Callable[[Sequence[Path], Skipped], list[LogFile]]
    read: Callable[[Sequence[Path], Mapping[str, Cursor], Skipped], Iterator[Chunk]]


class FoundLogs(NamedTuple):
    """The logs of one agent: its folders, and how many bytes are in them."""

    agent: Agent
    roots: list[Path]
    bytes: int


def _ending(*endings: str) -> Callable[[Sequence[Path], Skipped], list[LogFile]]:
    return lambda roots, skipped: list_logs(roots, endings, skipped)


CLAUDE = Agent("claude", "Claude Code", claude_roots, _ending(".jsonl"), read_claude)
CODEX = Agent("codex", "Codex", codex_roots, _ending(*codex.ENDINGS), codex.read_codex)
GEMINI = Agent("gemini", "Gemini CLI", gemini_roots, gemini.chat_files, gemini.read_gemini)
OPENCODE = Agent(
    "opencode", "OpenCode", opencode_roots, opencode.stored_files, opencode.read_opencode
)
AGENTS = (CLAUDE, CODEX, GEMINI, OPENCODE)


def find_logs(environ: Mapping[str, str], home: Path) -> list[FoundLogs]:
    """Return what there is to import; agents without a file are left out."""
    found = []
    for agent in AGENTS:
        roots = agent.roots(environ, home)
        files = agent.files(roots, Skipped())
        if files:
            found.append(FoundLogs(agent, roots, sum(file.size for file in files)))
    return found
