"""Whole logs whose totals are known, from files to the answers of `/tokens`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jobs.tests.conftest import Logs, Run
from jobs.tests.usage_rows import rows

from tokentally.api.backend import open_backend
from tokentally.api.server import create_backend
from tokentally.config import Settings

TIME = "2024-03-01T10:00:00.000Z"
AZURE = Path(__file__).parents[2] / "backend/tests/data/azure"
AZURE_COLUMNS = "occurred_at=TIMESTAMP,input_tokens=ContextTokens,output_tokens=GeneratedTokens"


def codex(kind: str, /, **payload: object) -> dict[str, object]:
    return {"timestamp": TIME, "type": kind, "payload": payload}


def count(total: int, last: int | None = None) -> dict[str, object]:
    """A cumulative Codex count, all of it input."""
    info: dict[str, object] = {"total_token_usage": usage(total), "last_token_usage": None}
    if last is not None:
        info["last_token_usage"] = usage(last)
    return codex("event_msg", type="token_count", info=info)


def usage(total: int) -> dict[str, int]:
    return {"input_tokens": total, "output_tokens": 0, "total_tokens": total}


def session(name: str, *lines: object, **more: object) -> list[object]:
    model = codex("turn_context", model="gpt-5.2-codex")
    return [codex("session_meta", id=name, **more), model, *lines]


def claude(message: str, **counts: int) -> dict[str, object]:
    """A line of a transcript; the counts are disjoint, as Claude Code writes them."""
    body = {
        "id": message,
        "model": "claude-4.6-opus",
        "role": "assistant",
        "content": [],
        "usage": {
            "input_tokens": counts.get("input", 0),
            "cache_creation_input_tokens": counts.get("write", 0),
            "cache_read_input_tokens": counts.get("read", 0),
            "output_tokens": counts.get("output", 0),
        },
    }
    return {"type": "assistant", "timestamp": TIME, "requestId": f"req_{message}", "message": body}


CODEX = {
    "equal vectors count once": (
        [session("s", count(3, 3), count(3, 3), count(5, 2), count(5, 2))],
        (2, 5),
    ),
    "a reset takes the last usage": (
        [session("s", count(10), count(15), count(7, 7), count(7, 7))],
        (3, 22),
    ),
    "a reset without last takes the whole": (
        [session("s", count(4), count(10), count(5))],
        (3, 15),
    ),
    "a fork counts its own part": (
        [
            session("parent", count(100)),
            session("fork", count(100), count(150, 50), forked_from_id="parent"),
        ],
        (2, 150),
    ),
}
CLAUDE = {
    "a call written twice and another": (
        [
            claude("msg_A", input=3, write=17_229, read=12_958, output=492),
            claude("msg_A", input=3, write=17_229, read=12_958, output=492),
            claude("msg_B", input=1, write=100, read=50, output=20),
        ],
        (2, 30_341, 13_008, 17_329, 512),
    ),
    "a streamed partial and its final": (
        [
            claude("msg_A", input=2, read=45_958, output=5),
            claude("msg_A", input=2, read=45_958, output=90),
        ],
        (1, 45_960, 45_958, 0, 90),
    ),
}


@pytest.mark.parametrize("case", CODEX)
def test_codex(case: str, tokentally: Run, logs: Logs, settings: Settings) -> None:
    sessions, (events, tokens) = CODEX[case]
    for number, lines in enumerate(sessions):
        logs(f"sessions/2024/03/01/rollout-{number}.jsonl", *lines)

    said = tokentally("import", "codex", "sessions")

    assert said.status == 0
    assert said.out.startswith(f"codex: {events} accepted; {tokens} tokens;")
    assert models(settings) == [
        {
            "model": "GPT-5.2 Codex",
            "tokens": tokens,
            "model_ids": ["gpt-5.2-codex"],
            "requests": events,
            "cost_usd": "0.000000",
            "unpriced_tokens": tokens,
        }
    ]


@pytest.mark.parametrize("case", CLAUDE)
def test_claude_code(
    case: str, tokentally: Run, logs: Logs, settings: Settings, database_url: str
) -> None:
    lines, (events, input_, cached, write, output) = CLAUDE[case]
    logs("projects/p/a.jsonl", *lines)

    said = tokentally("import", "claude", "projects")

    assert said.status == 0
    assert said.out.startswith(f"claude: {events} accepted; {input_ + output:,} tokens;")
    assert models(settings) == [
        {
            "model": "Claude 4.6 Opus",
            "tokens": input_ + output,
            "model_ids": ["claude-4.6-opus"],
            "requests": events,
            "cost_usd": "0.000000",
            "unpriced_tokens": input_ + output,
        }
    ]
    parts = "sum(cached_input_tokens), sum(cache_write_tokens), sum(mode)"
    assert rows(database_url, f"SELECT {parts} FROM token_event") == [(cached, write, events)]  # noqa: S608


@pytest.mark.parametrize(
    ("name", "input_", "output"), [("code", 414_215, 4_907), ("conv", 180_695, 47_050)]
)
def test_azure_traces(
    name: str, input_: int, output: int, tokentally: Run, settings: Settings
) -> None:
    args = ("--map", AZURE_COLUMNS, "--model", name, "--source", "azure", "--team", "Kettle")

    first = tokentally("import", "csv", AZURE / f"{name}.csv", *args)
    second = tokentally("import", "csv", AZURE / f"{name}.csv", *args)

    assert first.out.startswith(f"csv: 200 accepted; {input_ + output:,} tokens;")
    assert second.out.startswith("csv: nothing new; 0 tokens;")
    [entry] = models(settings, year=2023)
    assert (entry["tokens"], entry["requests"]) == (input_ + output, 200)
    with serving(settings) as client:
        [team] = client.get(
            "/tokens", params={"start_date": "2023-11-01", "end_date": "2023-11-30"}
        ).json()["teams"]
    [user] = team["breakdown"]["api_keys"]
    assert (team["name"], team["tokens"]) == ("Kettle", input_ + output)
    assert user["models"][0] | {"model_name": ""} == {
        "model_name": "",
        "total_tokens": input_ + output,
        "prompt_tokens": input_,
        "completion_tokens": output,
    }


@contextmanager
def serving(settings: Settings) -> Iterator[TestClient]:
    """A client of a server on the database, without jobs."""
    backend = open_backend(settings)
    try:
        with TestClient(create_backend(backend), base_url="http://localhost") as client:
            yield client
    finally:
        backend.close()


def models(settings: Settings, year: int = 2024) -> list[dict[str, Any]]:
    """What `/tokens/models` answers for a year."""
    with serving(settings) as client:
        answer = client.get(
            "/tokens/models", params={"start_date": f"{year}-01-01", "end_date": f"{year}-12-31"}
        )
    assert answer.status_code == 200
    entries: list[dict[str, Any]] = answer.json()["models"]
    return entries
