"""Logs of many sessions, made up by chance, with the repetitions that the agents write."""

from random import Random
from typing import Any

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
        codex_line(
            f"{day}T08:00:00.000Z", "session_meta", id=f"session-{session}", cwd="/home/ada"
        ),
        codex_line(f"{day}T08:00:01.000Z", "turn_context", model=model, cwd="/home/ada"),
    ]
    total = dict.fromkeys(CODEX_COUNTS, 0)
    for n in range(chance.randint(1, 25)):
        last = _codex_call(chance)
        total = {name: total[name] + last[name] for name in CODEX_COUNTS}
        info = {"total_token_usage": total, "last_token_usage": last}
        at = f"{day}T{9 + n // 4:02}:{n * 14 % 60:02}:00.000Z"
        lines += [codex_line(at, "event_msg", type="token_count", info=info)] * chance.randint(1, 3)
    return lines


CODEX_COUNTS = (
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
    return dict(zip(CODEX_COUNTS, (*counts, counts[0] + counts[2]), strict=True))


def codex_line(at: str, kind: str, **payload: Any) -> dict[str, Any]:
    return {"timestamp": at, "type": kind, "payload": payload}
