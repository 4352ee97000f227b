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


CLAUDE_MODELS = ("claude-opus-4-5", "claude-sonnet-4-5", "claude-haiku-4-5")
CODEX_MODELS = ("gpt-5.2-codex", "gpt-5.2")


def claude_line(chance: Random, call: int, model: str, at: str, output: int) -> dict[str, Any]:
    """A line of a response: its input is the same in all of them."""
    usage = {
        "input_tokens": call % 50,
        "cache_creation_input_tokens": call * 7 % 5000,
        "cache_read_input_tokens": call * 13 % 90_000,
        "output_tokens": output,
    }
    return {
        "type": "assistant",
        "uuid": f"{chance.getrandbits(64):x}",
        "sessionId": f"session-{call // 40}",
        "version": "2.1.197",
        "timestamp": at,
        "requestId": f"req_{call}",
        "message": {
            "id": f"msg_{call}",
            "type": "message",
            "role": "assistant",
            "model": model,
            "content": [],
            "usage": usage,
        },
    }


def claude_transcript(chance: Random, session: int) -> list[dict[str, Any]]:
    """A session of some calls, each written once for every part of its response."""
    lines = []
    for n in range(chance.randint(1, 30)):
        call = session * 40 + n
        model = chance.choice(CLAUDE_MODELS)
        at = f"2026-11-{1 + session % 20:02}T{n % 24:02}:{chance.randint(0, 59):02}:00.000Z"
        lines += [claude_line(chance, call, model, at, 300)] * chance.randint(1, 5)
    return lines


def codex_rollout(chance: Random, session: int) -> list[dict[str, Any]]:
    """A session whose cumulative counts are repeated, as Codex does about every other time."""
    day = f"2026-11-{1 + session % 20:02}"
    model = chance.choice(CODEX_MODELS)
    lines: list[dict[str, Any]] = [
        _codex(f"{day}T08:00:00.000Z", "session_meta", id=f"session-{session}", cwd="/home/ada"),
        _codex(f"{day}T08:00:01.000Z", "turn_context", model=model, cwd="/home/ada"),
    ]
    total = dict.fromkeys(_CODEX_COUNTS, 0)
    for n in range(chance.randint(1, 25)):
        last = _codex_call(chance)
        total = {name: total[name] + last[name] for name in _CODEX_COUNTS}
        info = {"total_token_usage": total, "last_token_usage": last}
        at = f"{day}T{9 + n // 4:02}:{n * 14 % 60:02}:00.000Z"
        lines += [_codex(at, "event_msg", type="token_count", info=info)] * chance.randint(1, 3)
    return lines


_CODEX_COUNTS = (
    "input_tokens",
    "cached_input_tokens",
    "output_tokens",
    "reasoning_output_tokens",
    "total_tokens",
)


def _codex_call(chance: Random) -> dict[str, int]:
    cached, fresh = chance.randint(0, 50_000), chance.randint(1, 5_000)
    reasoning, answer = chance.randint(0, 900), chance.randint(1, 900)
    counts = (cached + fresh, cached, reasoning + answer, reasoning)
    return dict(zip(_CODEX_COUNTS, (*counts, counts[0] + counts[2]), strict=True))


def _codex(at: str, kind: str, **payload: Any) -> dict[str, Any]:
    return {"timestamp": at, "type": kind, "payload": payload}


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
            dict.fromkeys(_CODEX_COUNTS, 0) | {"input_tokens": n, "total_tokens": n}
            for n in (4000, 10_000, 5000)
        ]
        counts = [
            _codex(
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
