"""Which sources are active, and which report the same calls: compared with plain loops."""

from collections import Counter
from itertools import combinations_with_replacement
from random import Random

import pytest
from backend.tests.factories import answer, event
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.clock import rfc3339
from tokentally.days import day_number
from tokentally.queries.active_sources import (
    LEAST_TOKENS,
    ActiveSource,
    Alike,
    active_sources,
    calls_alike,
)
from tokentally.queries.source_findings import source_findings
from tokentally.store.usage import Snapshot, read

pytestmark = pytest.mark.every_engine

Call = tuple[str, int, int]
"""A call: its source, the day of November, and its input tokens."""


def some_calls(seed: int) -> list[Call]:
    random = Random(seed)
    return [
        (random.choice("abc"), random.randint(19, 21), random.choice([10, 600, 700]))
        for _ in range(random.randint(0, 40))
    ]


def send(client: TestClient, calls: list[Call]) -> None:
    events = [
        event(
            event_id=f"call-{number}",
            source=source,
            occurred_at=f"2026-11-{day}T10:{number // 60:02}:{number % 60:02}Z",
            input_tokens=tokens,
        )
        for number, (source, day, tokens) in enumerate(calls)
    ]
    if events:
        assert client.post("/v1/events", json=events).json() == answer(accepted=len(events))


def seen(backend: Backend, length: int) -> tuple[list[ActiveSource], list[Alike]]:
    """What is found of as many days, today included."""
    today = day_number(backend.clock().date())
    days = range(today - length + 1, today + 1)

    def look(now: Snapshot) -> tuple[list[ActiveSource], list[Alike]]:
        return active_sources(now, days), calls_alike(now, days)

    return read(backend.database, look)


def alike_by_hand(calls: list[Call], first_day: int) -> dict[tuple[str, str], int]:
    large = [call for call in calls if call[1] >= first_day and call[2] + 20 >= LEAST_TOKENS]
    times = Counter(large)
    groups = {(day, tokens) for _, day, tokens in large}
    found: Counter[tuple[str, str]] = Counter()
    for one, other in combinations_with_replacement("abc", 2):
        for day, tokens in groups:
            ours, theirs = times[one, day, tokens], times[other, day, tokens]
            found[one, other] += ours // 2 if one == other else min(ours, theirs)
    return {pair: n for pair, n in found.items() if n}


@pytest.mark.parametrize("seed", range(6))
def test_pairs_are_those_that_a_plain_loop_finds(
    client: TestClient, backend: Backend, seed: int
) -> None:
    calls = some_calls(seed)
    send(client, calls)

    sources, alike = seen(backend, length=2)

    recent = Counter(source for source, day, _ in calls if day >= 20)
    assert {each.name: each.events for each in sources} == recent
    assert {(each.source, each.other): each.calls for each in alike} == alike_by_hand(calls, 20)


def test_the_last_call_of_each_source_is_told(client: TestClient, backend: Backend) -> None:
    send(client, [("b", 21, 10), ("a", 20, 10), ("a", 19, 10), ("b", 18, 10)])

    sources, _ = seen(backend, length=2)

    assert [(each.name, each.events, rfc3339(each.last_at)) for each in sources] == [
        ("a", 1, "2026-11-20T10:00:01.000000Z"),
        ("b", 1, "2026-11-21T10:00:00.000000Z"),
    ]


class TestWhatIsSaidOfThem:
    """From what was found to lines, and to what needs attention."""

    def test_two_doors_that_report_the_same_calls_need_attention(self) -> None:
        sources = [ActiveSource("claude", 100, 0), ActiveSource("litellm", 40, 0)]

        *_, finding = source_findings(sources, [Alike("claude", "litellm", 30)], 7)

        assert finding == (
            "30 of 40 calls have the same counts in claude and litellm",
            "they seem to be reported twice, and count twice: let one of them send",
        )

    def test_a_source_whose_log_and_sender_both_arrive_needs_attention(self) -> None:
        *_, finding = source_findings(
            [ActiveSource("codex", 80, 0)], [Alike("codex", "codex", 40)], 7
        )

        assert finding == (
            "40 calls of codex have the counts of another one of its calls",
            "they seem to come from its logs and from itself: import or send, not both",
        )

    @pytest.mark.parametrize(
        "alike",
        [
            Alike("api", "api", 500),
            Alike("api", "codex", 19),
            Alike("api", "codex", 49),
            Alike("codex", "codex", 24),
        ],
    )
    def test_what_may_be_chance_is_not_told(self, alike: Alike) -> None:
        sources = [ActiveSource("api", 1000, 0), ActiveSource("codex", 100, 0)]

        assert [each.fix for each in source_findings(sources, [alike], 7)] == [None] * 3

    def test_nothing_is_said_of_no_calls(self) -> None:
        assert list(source_findings([], [], 7)) == []
