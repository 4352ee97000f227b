"""Cumulative counters: of what they show again and again, what is new counts."""

import random
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import Any

import pytest
from backend.tests.telemetry.exporting import AT, counter, metrics, point
from backend.tests.telemetry.sending import post, post_capture, stored, sums
from fastapi.testclient import TestClient

SECOND = 10**9
TOKENS = "gen_ai.client.token.usage"
CUMULATIVE = [f"otlp/openai-v2-2.3b0-cumulative-{n}.metrics.pb" for n in (1, 2, 3)]


def read(value: int | float, *, at: int, start: int = 0, kind: str = "input") -> dict[str, Any]:
    """An export of one reading of the shop's counter, at seconds since the start of all."""
    shown = point(value, start=AT + start * SECOND, at=AT + at * SECOND, gen_ai__token__type=kind)
    return metrics(counter(TOKENS, shown), service__name="kettle-shop")


def input_tokens(database: str) -> int:
    return sums(database)["input_tokens"]


@pytest.mark.every_engine
@pytest.mark.parametrize(
    ("order", "after"),
    [
        ((0, 1, 2), [1355, 2618, 2618]),
        ((0, 0, 1, 0, 1, 2, 2), [1355, 1355, 2618, 2618, 2618, 2618, 2618]),
        ((2, 1, 0), [2618, 2618, 2618]),
        ((1, 0, 2), [2618, 2618, 2618]),
    ],
)
def test_of_a_recorded_counter_what_is_new_counts(
    metered: TestClient, database_url: str, order: tuple[int, ...], after: list[int]
) -> None:
    found = []
    for number in order:
        assert post_capture(metered, CUMULATIVE[number]).status_code == 200
        found.append(input_tokens(database_url))

    assert found == after


def test_a_counter_that_begins_anew_counts_from_nothing(
    metered: TestClient, database_url: str
) -> None:
    readings = [
        read(100, at=1),
        read(150, at=2),
        read(30, start=3, at=4),  # says when it began
        read(40, start=3, at=5),
        read(150, at=2),  # comes again
        read(7, start=3, at=6),  # doesn't say
        read(9, start=3, at=7),
    ]

    found = []
    for reading in readings:
        post(metered, "metrics", reading)
        found.append(input_tokens(database_url))

    assert found == [100, 150, 180, 190, 190, 197, 199]


def test_what_comes_again_from_before_a_counter_began_anew_does_not_count(
    metered: TestClient, database_url: str
) -> None:
    readings = [read(100, at=1), read(150, at=2), read(7, at=3), read(150, at=2), read(9, at=4)]

    found = []
    for reading in readings:
        post(metered, "metrics", reading)
        found.append(input_tokens(database_url))

    assert found == [100, 150, 157, 157, 159]


def test_what_a_counter_shows_at_one_time_is_the_most_that_it_shows_then(
    metered: TestClient, database_url: str
) -> None:
    found = []
    for value in (100, 130, 100, 130):
        post(metered, "metrics", read(value, at=1))
        found.append(input_tokens(database_url))

    assert found == [100, 130, 130, 130]


def test_what_a_counter_shows_again_is_no_request(metered: TestClient, database_url: str) -> None:
    for at in range(1, 20):
        post(metered, "metrics", read(100, at=at))
    post(metered, "metrics", read(0, start=1, at=2))

    [event] = stored(database_url)
    assert event["input_tokens"] == 100


def test_what_is_new_counts_when_it_was_shown(metered: TestClient, database_url: str) -> None:
    day = 24 * 60 * 60
    for at in (-2, -1, 0):
        post(metered, "metrics", read(100 * (at + 3), start=-3 * day, at=at * day))

    found = [(event["occurred_at"][:10], event["input_tokens"]) for event in stored(database_url)]
    assert found == [("2026-11-19", 100), ("2026-11-20", 100), ("2026-11-21", 100)]


def test_counters_are_told_apart_by_every_attribute_and_the_sender(
    metered: TestClient, database_url: str
) -> None:
    def shown(value: int, **own: Any) -> dict[str, Any]:
        return point(value, gen_ai__token__type="input", **own)

    listed = counter(TOKENS, shown(1), shown(2, server__address="a"), shown(4, server__port="1"))
    for instance in ("one", "two"):
        body = metrics(listed, service__name="kettle-shop", service__instance__id=instance)
        post(metered, "metrics", body)

    assert sums(database_url)["input_tokens"] == 14


@pytest.mark.every_engine
def test_readings_that_come_at_the_same_time_count_once(
    metered: TestClient, database_url: str
) -> None:
    readings = [read(value, at=value) for value in range(10, 200, 10)] * 3
    random.Random(7).shuffle(readings)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda body: post(metered, "metrics", body).status_code, readings))

    assert set(answers) == {200}
    assert input_tokens(database_url) == 190


@pytest.mark.every_engine
@pytest.mark.parametrize("seed", range(6))
def test_any_order_and_repetition_of_readings_counts_what_the_counters_came_to(
    metered: TestClient, database_url: str, seed: int
) -> None:
    chance = random.Random(seed)
    came_to = 0
    exports: list[dict[str, Any]] = []
    for start, kind in product(range(0, 90, 30), ("input", "output")):
        value = 0
        for at in range(start + 1, start + 1 + chance.randrange(1, 8)):
            value += chance.randrange(0, 10**6)
            exports.append(read(value, start=start, at=at, kind=kind))
        came_to += value
    exports += chance.choices(exports, k=len(exports))
    chance.shuffle(exports)

    for export in exports:
        assert post(metered, "metrics", export).status_code == 200

    found = sums(database_url)
    assert found["input_tokens"] + found["output_tokens"] == came_to
