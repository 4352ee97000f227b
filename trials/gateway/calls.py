"""Calls to a proxy, and what its clients know of them: the tokens that each was answered with."""

import json
import random
from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from types import MappingProxyType
from typing import Any, NamedTuple

import httpx

from trials.gateway.answers import Used

Json = dict[str, Any]

PEOPLE = (("ada", "Kettle"), ("bo", "Teapot"), ("cyd", "Kettle"), ("dee", "Saucer"))
CLIENTS = 8
OK = 200


class Kind(NamedTuple):
    """A kind of call: which model is asked for, as which it is counted, and how it is asked."""

    asked: str
    counted: str
    path: str = "/v1/chat/completions"
    stream: bool = False
    further: Mapping[str, Any] = MappingProxyType({})


KINDS = (
    Kind("gpt", "openai/gpt-4o"),
    Kind("gpt", "openai/gpt-4o", stream=True),
    Kind("claude", "anthropic/claude-sonnet-4-5"),
    Kind("claude", "anthropic/claude-sonnet-4-5", stream=True),
    Kind("claude", "anthropic/claude-sonnet-4-5", "/v1/messages", further={"max_tokens": 99}),
    Kind("claude", "anthropic/claude-sonnet-4-5", "/v1/messages", True, {"max_tokens": 99}),
    Kind("gemini", "gemini/gemini-2.5-flash"),
    Kind("gemini", "gemini/gemini-2.5-flash", stream=True),
    Kind("answers", "openai/gpt-5-mini", "/v1/responses"),
    Kind("mock", "openai/gpt-4o-mini"),
    Kind("small", "openai/small"),
    Kind("down", "openai/down"),
    Kind("flaky", "openai/flaky", further={"num_retries": 2}),
    Kind("replaced", "openai/gpt-4o"),
)
FAILED_FIRST = {"flaky": "openai/flaky", "replaced": "openai/down"}
"""As which model the attempt is counted that fails before another one succeeds."""
REMEMBERED = Kind("answers", "openai/gpt-5-mini", further={"cache": {"use-cache": True}})
"""Asked again and again in the same words, and answered from the proxy's cache."""


class Group(NamedTuple):
    """Whose calls of which model."""

    user: str
    team: str
    model: str


class Sums(NamedTuple):
    """What calls come to."""

    requests: int
    failed: int
    used: Used


@dataclass
class Told:
    """What the clients were answered."""

    counts: dict[Group, Counter[str]] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    lock: Lock = field(default_factory=Lock)

    def note(self, group: Group, used: Used, *, failed: bool = False) -> None:
        """Count a call."""
        with self.lock:
            counts = self.counts.setdefault(group, Counter())
            counts.update({"requests": 1, "failed": int(failed), **used._asdict()})

    def requests(self) -> int:
        """How many calls there were."""
        with self.lock:
            return sum(counts["requests"] for counts in self.counts.values())

    def sums(self) -> dict[Group, Sums]:
        """All calls so far."""
        return {
            group: Sums(
                counts["requests"], counts["failed"], Used(*(counts[name] for name in Used._fields))
            )
            for group, counts in self.counts.items()
        }


def call_many(url: str, numbers: Iterable[int], told: Told) -> None:
    """Make the calls of these numbers, several at once; AssertionError if one goes wrong."""
    with httpx.Client(timeout=60, trust_env=False) as http, ThreadPoolExecutor(CLIENTS) as pool:
        for _ in pool.map(lambda number: _call(http, url, number, told), numbers):
            pass


def _call(http: httpx.Client, url: str, number: int, told: Told) -> None:
    chance = random.Random(number)
    kind, (user, team) = chance.choice(KINDS), chance.choice(PEOPLE)
    asked = number
    if number % 25 == 0:
        kind, (user, team), asked = REMEMBERED, PEOPLE[0], 0
    answered = http.post(
        url + kind.path,
        json=_body(kind, asked),
        headers={"Authorization": f"Bearer sk-{user}-{team}"},
    )
    group = Group(user, team, kind.counted)
    if kind.asked == "down":
        assert answered.status_code != OK, answered.text
        told.note(group, Used(), failed=True)
        return
    assert answered.status_code == OK, f"{kind}: {answered.status_code} {answered.text[:500]}"
    if kind.asked in FAILED_FIRST:
        told.note(group._replace(model=FAILED_FIRST[kind.asked]), Used(), failed=True)
    told.note(group, _used_in(answered.text, kind, told))


def _body(kind: Kind, number: int) -> Json:
    said = f"This is call {number}."
    if kind.path == "/v1/responses":
        return {"model": kind.asked, "input": said}
    messages = [{"role": "user", "content": said}]
    return {"model": kind.asked, "messages": messages, "stream": kind.stream, **kind.further}


def _used_in(text: str, kind: Kind, told: Told) -> Used:
    """The tokens of an answer; none if it is one that was given before."""
    pieces = _pieces(text) if kind.stream else [json.loads(text)]
    if kind is REMEMBERED:
        with told.lock:
            known = pieces[0]["id"] in told.ids
            told.ids.add(pieces[0]["id"])
        if known:
            return Used()
    usage: Json = {}
    for piece in pieces:
        usage |= piece.get("usage") or piece.get("message", {}).get("usage") or {}
    return _used(usage)


def _pieces(text: str) -> list[Json]:
    lines = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: ")]
    return [json.loads(line) for line in lines if line != "[DONE]"]


def _used(usage: Json) -> Used:
    """Usage as the proxy's three endpoints state it; Anthropic's input is without its cache."""
    cached = usage.get("cache_read_input_tokens") or 0
    written = usage.get("cache_creation_input_tokens") or 0
    of_input = usage.get("prompt_tokens_details") or usage.get("input_tokens_details") or {}
    of_output = usage.get("completion_tokens_details") or usage.get("output_tokens_details") or {}
    kept = usage.get("cache_creation") or of_input.get("cache_creation_token_details") or {}
    if "prompt_tokens" in usage:
        input_, output = usage["prompt_tokens"], usage["completion_tokens"]
    else:
        input_, output = usage["input_tokens"] + cached + written, usage["output_tokens"]
    return Used(
        input=input_,
        cached=of_input.get("cached_tokens") or cached,
        written=written,
        written_1h=kept.get("ephemeral_1h_input_tokens") or 0,
        output=output,
        reasoning=of_output.get("reasoning_tokens") or 0,
    )
