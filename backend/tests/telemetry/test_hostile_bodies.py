"""Damaged and made-up bodies: whatever comes, the answer is no fault of the server."""

import json
import random
from typing import Any

import pytest
from backend.tests.telemetry.exporting import (
    api_request,
    call,
    counter,
    logs,
    metrics,
    point,
    traces,
)
from backend.tests.telemetry.sending import CAPTURES, JSON, PROTOBUF
from fastapi.testclient import TestClient

PATHS = ("traces", "logs", "metrics")
RECORDED = [
    path.read_bytes()
    for path in sorted(CAPTURES.rglob("*.*"))
    if path.suffix in (".pb", ".json") and "expected" not in path.name
]
MADE_UP = [
    traces(call(1), call(2, gen_ai__usage__cost=0.5), service__name="kettle-shop"),
    logs(api_request(), service__name="claude-code"),
    metrics(
        counter("claude_code.token.usage", point(5, type="input"), point(5, type="cacheRead")),
        service__name="kettle-shop",
    ),
]
ODD: list[Any] = [
    *(None, True, -1, 2**63, 2**64, 1e308, 0.1, "", "\0", "x" * 300, [], {}, [None], {"a": []}),
    *("-1", "NaN", "Infinity", "1e9", "9" * 40, "\ud83d", "00" * 16),
]
SEEDS = range(40)


def damaged(body: bytes, chance: random.Random) -> bytes:
    """`body` with some bytes changed, cut out or put in."""
    bytes_ = bytearray(body)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(bytes_) + 1)
        bytes_[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
    return bytes(bytes_[: chance.randrange(len(bytes_))] if chance.random() < 0.2 else bytes_)


def distorted(content: Any, chance: random.Random) -> Any:
    """JSON with odd values in some places."""
    if chance.random() < 0.02:
        return chance.choice(ODD)
    if isinstance(content, dict):
        return {key: distorted(value, chance) for key, value in content.items()}
    if isinstance(content, list):
        return [distorted(each, chance) for each in content]
    return content


def assert_well_answered(client: TestClient, body: bytes, kind: str) -> None:
    for path in PATHS:
        posted = client.post(f"/v1/{path}", content=body, headers={"Content-Type": kind})
        assert posted.status_code in (200, 400), posted.content
        assert posted.headers["content-type"] == kind


@pytest.mark.parametrize("seed", SEEDS)
def test_a_damaged_recording_is_no_fault_of_the_server(metered: TestClient, seed: int) -> None:
    chance = random.Random(seed)

    for body in chance.sample(RECORDED, 12):
        kind = JSON if body[:1] == b"{" else PROTOBUF
        assert_well_answered(metered, damaged(body, chance), kind)


@pytest.mark.parametrize("seed", SEEDS)
def test_odd_values_anywhere_are_no_fault_of_the_server(metered: TestClient, seed: int) -> None:
    chance = random.Random(seed)

    for _ in range(6):
        for content in MADE_UP:
            body = json.dumps(distorted(content, chance)).encode()
            assert_well_answered(metered, body, JSON)


def test_random_bytes_are_no_fault_of_the_server(metered: TestClient) -> None:
    chance = random.Random(1)

    for _ in range(100):
        body = chance.randbytes(chance.randrange(200))
        assert_well_answered(metered, body, chance.choice([JSON, PROTOBUF]))
