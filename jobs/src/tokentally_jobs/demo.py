"""The labelled demo data set: a year of a small company, the same for a seed and a day.

All of it belongs to users whose names start with `demo-`: it can be told apart, and removed.
"""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from tokentally.clock import microseconds
from tokentally.models.event import Event, Mode

PREFIX = "demo-"
DAYS = 365
EXPECTED_EVENTS = 55_000
"""About how many events there are."""
_SESSIONS_A_WEEKDAY = 17
_CALLS_A_SESSION = 14


class DemoModel(NamedTuple):
    """A model, in use from day to day of the year."""

    name: str
    since: int = 0
    until: int = DAYS


class DemoUser(NamedTuple):
    """A user with their team, a weight for how much they work, and their tools."""

    name: str
    team: str
    weight: int
    sources: tuple[str, ...]


MODELS: dict[str, tuple[DemoModel, ...]] = {
    "claude": (
        DemoModel("claude-sonnet-4-5"),
        DemoModel("claude-opus-4-5", since=60),
        DemoModel("claude-haiku-4-5"),
    ),
    "codex": (
        DemoModel("gpt-5.1-codex", until=150),
        DemoModel("gpt-5.2-codex", since=90),
    ),
    "litellm": (
        DemoModel("openai/gpt-4.1"),
        DemoModel("openai/gpt-4.1-mini"),
        DemoModel("google/gemini-2.5-flash"),
        DemoModel("anthropic/claude-sonnet-4-5"),
    ),
    "api": (
        DemoModel("openai/text-embedding-3-large"),
        DemoModel("in-house/llama-4-scout"),
    ),
}
USERS = (
    DemoUser("ada", "Platform (demo)", 9, ("claude", "codex")),
    DemoUser("barbara", "Platform (demo)", 6, ("claude",)),
    DemoUser("chen", "Platform (demo)", 4, ("codex", "api")),
    DemoUser("dmitri", "Mobile (demo)", 7, ("claude", "codex")),
    DemoUser("edsger", "Mobile (demo)", 3, ("codex",)),
    DemoUser("fatima", "Mobile (demo)", 5, ("claude", "litellm")),
    DemoUser("grace", "Data (demo)", 8, ("litellm", "api")),
    DemoUser("hedy", "Data (demo)", 5, ("litellm", "claude")),
    DemoUser("ines", "Data (demo)", 2, ("api",)),
    DemoUser("jun", "Support (demo)", 4, ("litellm",)),
    DemoUser("katherine", "Support (demo)", 3, ("litellm",)),
    DemoUser("linus", "Unassigned", 2, ("codex", "claude")),
)


def demo_events(now: datetime, seed: int = 1) -> Iterator[Event]:
    """About 55,000 events of the year up to `now`, by time of session."""
    chance = random.Random(seed)
    first = now.date() - timedelta(days=DAYS - 1)
    for number in range(DAYS):
        day = first + timedelta(days=number)
        for _ in range(_sessions(chance, day, number)):
            for event in _session(chance, day, number):
                if event.occurred_at <= microseconds(now):
                    yield event


def _sessions(chance: random.Random, day: date, number: int) -> int:
    """Work grows over the year, rests on weekends, and varies from day to day."""
    weekday = 1.0 if day.weekday() < 5 else 0.18
    growth = 0.35 + 1.0 * number / DAYS
    return round(_SESSIONS_A_WEEKDAY * weekday * growth * chance.uniform(0.7, 1.3))


def _session(chance: random.Random, day: date, number: int) -> Iterator[Event]:
    """Calls of one user in one tool: the context grows and is mostly read from the cache."""
    [user] = chance.choices(USERS, [user.weight for user in USERS])
    source = chance.choice(user.sources)
    model = chance.choice([m for m in MODELS[source] if m.since <= number < m.until])
    at = datetime.combine(day, time(tzinfo=UTC)) + timedelta(
        seconds=chance.triangular(6 * 3600, 22 * 3600, 14 * 3600)
    )
    context = chance.randint(2_000, 14_000)
    for call in range(max(1, round(chance.expovariate(1 / _CALLS_A_SESSION)))):
        fresh = chance.randint(150, 6_000)
        cached = context if call and source != "api" else 0
        output = round(chance.lognormvariate(5.6, 1.0)) if source != "api" else 0
        yield _event(chance, user, source, model, at, (fresh, cached, output))
        context += fresh + output
        at += timedelta(seconds=chance.expovariate(1 / 45))


def _event(
    chance: random.Random,
    user: DemoUser,
    source: str,
    model: DemoModel,
    at: datetime,
    counts: tuple[int, int, int],
) -> Event:
    fresh, cached, output = counts
    success = chance.random() > 0.015
    return Event(
        event_id=f"{PREFIX}{chance.getrandbits(64):016x}",
        occurred_at=microseconds(at),
        source=source,
        model=model.name,
        user=PREFIX + user.name,
        team=user.team,
        mode=Mode.add if source == "claude" else Mode.overlap,
        input_tokens=fresh + cached,
        cached_input_tokens=cached,
        cache_write_tokens=0,
        cache_write_1h_tokens=0,
        output_tokens=output if success else 0,
        reasoning_output_tokens=output // 3 if success and source == "codex" else 0,
        reported_cost=None,
        success=success,
        revision=0,
    )
