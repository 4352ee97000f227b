"""The same logs read by us and by ccusage: every count of every day and model agrees.

Where it does not, it is one of the rules of docs/sources/comparison.md, each with its test here.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest
from backend.tests.engines.plain import rows
from jobs.tests.conftest import Logs, Run
from jobs.tests.made_up_logs import (
    CLAUDE_MODELS,
    CODEX_COUNTS,
    claude_line,
    claude_transcript,
    codex_line,
    codex_rollout,
)

from tokentally.days import date_of

PINNED = "ccusage@20.0.24"
CAPTURES = Path(__file__).parents[2] / "backend/tests/data/captures"

Ccusage = Callable[..., dict[str, Any]]

OURS = """
SELECT day, model.name, sum(input_tokens), sum(cached_input_tokens), sum(cache_write_tokens),
    sum(output_tokens)
FROM model_daily_usage JOIN model ON model.id = model_id GROUP BY 1, 2
"""


class Counts(NamedTuple):
    """Tokens as ccusage counts them: `fresh` is input neither from nor for the cache."""

    fresh: int
    read: int
    written: int
    output: int


Totals = dict[tuple[str, str], Counts]
"""By day and model."""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """ccusage, of the version that these tests were written beside."""
    if not shutil.which("npm"):
        pytest.skip("ccusage can't be installed (install Node 20.19 or newer with npm)")
    folder = tmp_path_factory.mktemp("ccusage")
    command = ["npm", "install", "--prefix", str(folder), "--no-save", "--no-audit", PINNED]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    installed = folder / "node_modules/.bin/ccusage"
    if done.returncode or not installed.exists():
        pytest.skip(f"ccusage can't be installed: {done.stderr.strip()[:200]}")
    return installed


@pytest.fixture
def ccusage(program: Path) -> Ccusage:
    """Ask for a daily report, in UTC and without a network."""

    def report(agent: str, **folders: Path) -> dict[str, Any]:
        env = {**os.environ, "TZ": "UTC", **{name: str(path) for name, path in folders.items()}}
        command = [str(program), agent, "daily", "--json", "--offline", "-z", "UTC"]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
        said: dict[str, Any] = json.loads(done.stdout)
        return said

    return report


def of_claude(report: dict[str, Any]) -> Totals:
    return {
        (day["date"], each["modelName"]): Counts(
            each["inputTokens"],
            each["cacheReadTokens"],
            each["cacheCreationTokens"],
            each["outputTokens"],
        )
        for day in report["daily"]
        for each in day["modelBreakdowns"]
    }


def of_codex(report: dict[str, Any]) -> Totals:
    return {
        (day["date"], model): Counts(
            each["inputTokens"],
            each["cacheReadTokens"],
            each["cacheCreationTokens"],
            each["outputTokens"],
        )
        for day in report["daily"]
        for model, each in day["models"].items()
    }


def ours(database: Path) -> Totals:
    """What was imported, as ccusage would count it."""
    return {
        (date_of(day).isoformat(), model): Counts(whole - read - written, read, written, output)
        for day, model, whole, read, written, output in rows(database, OURS)
    }


class TestRealLogs:
    """Recorded with the agents themselves."""

    def test_of_claude_code(self, ccusage: Ccusage, tokentally: Run, database_path: Path) -> None:
        folder = CAPTURES / "claude-code"

        tokentally("import", "claude", folder / "projects")

        assert ours(database_path) == of_claude(ccusage("claude", CLAUDE_CONFIG_DIR=folder))

    def test_of_codex(self, ccusage: Ccusage, tokentally: Run, database_path: Path) -> None:
        folder = CAPTURES / "codex"

        tokentally("import", "codex", folder / "sessions")

        assert ours(database_path) == of_codex(ccusage("codex", CODEX_HOME=folder))


class TestLogsOfManySessions:
    """Made up, with the repetitions that the agents write."""

    def test_of_claude_code(
        self, ccusage: Ccusage, tokentally: Run, logs: Logs, database_path: Path, tmp_path: Path
    ) -> None:
        chance = Random(1)
        for session in range(60):
            logs(f"c/projects/p{session % 7}/{session}.jsonl", *claude_transcript(chance, session))

        tokentally("import", "claude", "c/projects")

        found = ours(database_path)
        assert found == of_claude(ccusage("claude", CLAUDE_CONFIG_DIR=tmp_path / "c"))
        assert len(found) > 50

    def test_of_codex(
        self, ccusage: Ccusage, tokentally: Run, logs: Logs, database_path: Path, tmp_path: Path
    ) -> None:
        chance = Random(2)
        for session in range(60):
            name = f"rollout-2026-11-{1 + session % 20:02}T08-00-00-{session}.jsonl"
            logs(f"x/sessions/2026/11/{name}", *codex_rollout(chance, session))

        tokentally("import", "codex", "x/sessions")

        found = ours(database_path)
        assert found == of_codex(ccusage("codex", CODEX_HOME=tmp_path / "x"))
        assert len(found) > 20


class TestWhereTheyDiffer:
    """Each is a rule of ours that ccusage does not have."""

    def claude_output(
        self, ccusage: Ccusage, tokentally: Run, database_path: Path, folder: Path
    ) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
        """(day, output) of both."""
        tokentally("import", "claude", folder / "projects")
        theirs = of_claude(ccusage("claude", CLAUDE_CONFIG_DIR=folder))
        both = (ours(database_path), theirs)
        one, other = ([(day, each.output) for (day, _), each in of.items()] for of in both)
        return one, other

    def test_a_response_of_which_some_lines_have_no_request_id_counts_once(
        self, ccusage: Ccusage, tokentally: Run, logs: Logs, database_path: Path, tmp_path: Path
    ) -> None:
        line = claude_line(Random(3), 1, CLAUDE_MODELS[0], "2026-11-05T10:00:00.000Z", 300)
        without = {name: value for name, value in line.items() if name != "requestId"}
        logs("c/projects/p/a.jsonl", line, without, line)

        found, theirs = self.claude_output(ccusage, tokentally, database_path, tmp_path / "c")

        assert found == [("2026-11-05", 300)]
        assert theirs == [("2026-11-05", 600)]

    def test_a_response_across_midnight_belongs_to_the_day_on_which_it_began(
        self, ccusage: Ccusage, tokentally: Run, logs: Logs, database_path: Path, tmp_path: Path
    ) -> None:
        parts = (("2026-11-05T23:59:59.000Z", 5), ("2026-11-06T00:00:03.000Z", 300))
        logs(
            "c/projects/p/a.jsonl",
            *(claude_line(Random(4), 1, CLAUDE_MODELS[0], at, output) for at, output in parts),
        )

        found, theirs = self.claude_output(ccusage, tokentally, database_path, tmp_path / "c")

        assert found == [("2026-11-05", 300)]
        assert theirs == [("2026-11-06", 300)]

    def test_what_followed_a_reset_of_the_cumulative_counts_counts(
        self, ccusage: Ccusage, tokentally: Run, logs: Logs, database_path: Path, tmp_path: Path
    ) -> None:
        totals = [
            dict.fromkeys(CODEX_COUNTS, 0) | {"input_tokens": n, "total_tokens": n}
            for n in (4000, 10_000, 5000)
        ]
        counts = [
            codex_line(
                f"2026-11-05T10:0{n}:00.000Z",
                "event_msg",
                type="token_count",
                info={"total_token_usage": total, "last_token_usage": None},
            )
            for n, total in enumerate(totals)
        ]
        head = codex_rollout(Random(5), 4)[:2]
        logs("x/sessions/2026/11/rollout-2026-11-05T08-00-00-4.jsonl", *head, *counts)

        tokentally("import", "codex", "x/sessions")

        found = [each.fresh for each in ours(database_path).values()]
        theirs = of_codex(ccusage("codex", CODEX_HOME=tmp_path / "x")).values()
        assert found == [15_000]
        assert [each.fresh for each in theirs] == [10_000]
