"""Synthetic but realistic load: zipf users, 200 models, 5 sources, sessions, 2 % late."""

import random
from collections.abc import Iterator
from uuid import UUID

from tokentally.days import DAY_MICROS
from tokentally.models.event import Event

USERS, TEAMS, MODELS, DAYS = 2_000, 20, 200, 365
SOURCES = ("claude", "codex", "litellm", "otlp", "api")
CALLS_A_SESSION = 25
LATE_SHARE = 0.02
FIRST_DAY = 20_413
"""2025-11-21 as a day number; the load ends 365 days later."""

_weights = [1 / (rank + 1) ** 0.9 for rank in range(USERS)]
_cumulative = [sum(_weights[: n + 1]) for n in range(USERS)]


def load(
    count: int, *, ordered: bool, seed: int = 7, first_day: int = FIRST_DAY
) -> Iterator[Event]:
    """`count` events in the order of arrival, spread over 365 days.

    Ids have 36 characters (UUIDs): in the order of time if `ordered`, else random.
    """
    chance = random.Random(seed)
    a_day = -(-count // DAYS)
    late: list[Event] = []
    left = count
    for day in range(first_day, first_day + DAYS):
        events = late + sorted(
            _day(chance, day, min(a_day, left), ordered), key=lambda event: event.occurred_at
        )
        left -= len(events) - len(late)
        late = []
        for event in events:
            if event.occurred_at // DAY_MICROS == day and chance.random() < LATE_SHARE:
                late.append(event)
            else:
                yield event
    yield from late


def _day(chance: random.Random, day: int, count: int, ordered: bool) -> Iterator[Event]:
    made = 0
    while made < count:
        [user] = chance.choices(range(USERS), cum_weights=_cumulative)
        model = (user * 7 + chance.choice((0, 0, 0, 0, 31, 31, 77, 130))) % MODELS
        source = SOURCES[(user + chance.choice((0, 0, 0, 1))) % len(SOURCES)]
        at = day * DAY_MICROS + int(chance.random() * DAY_MICROS * 0.9)
        context = chance.randrange(1_000, 20_000)
        for _ in range(min(CALLS_A_SESSION, count - made)):
            bits = chance.getrandbits(128)
            if ordered:
                bits = (at // 1000 << 80) | (bits & (1 << 80) - 1)
            fresh, output = bits % 4_000, bits % 1_511
            yield Event(
                event_id=str(UUID(int=bits)),
                occurred_at=at,
                source=source,
                model=f"vendor-{model % 9}/model-{model}",
                user=f"user-{user:04}",
                team=f"team-{user % TEAMS:02}",
                mode=user % 2,
                input_tokens=context + fresh,
                cached_input_tokens=context,
                cache_write_tokens=0,
                cache_write_1h_tokens=0,
                output_tokens=output,
                reasoning_output_tokens=output // 4,
                reported_cost=(fresh * 3_000 + context * 300 + output * 15_000)
                if user % 4
                else None,
                success=bits % 67 > 0,
                revision=0,
            )
            context += fresh + output
            made += 1
            at += bits % 90_000_000
