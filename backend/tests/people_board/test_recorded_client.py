"""What a run of the VibeUsage CLI sent, sent again as it was."""

import json
from pathlib import Path
from typing import Any

import pytest
from backend.tests.auth.people import bearer, key
from backend.tests.people_board.half_hours import COUNTS
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally_jobs.fold import fold_pending

SIGN_IN = True
DAY = "2026-11-21"

RECORDED = Path(__file__).parents[1] / "data/captures/vibeusage/requests.json"
REQUESTS: list[dict[str, Any]] = json.loads(RECORDED.read_text())


@pytest.fixture
def device(backend: Backend) -> dict[str, str]:
    return bearer(key(backend, "ada", "ingest", "read"))


def replay(client: TestClient, device: dict[str, str], prefix: str = "") -> list[Any]:
    """Send the whole run; returns the answers."""
    return [
        client.request(
            sent["method"],
            prefix + sent["path"],
            content=sent["body"],
            headers=sent["headers"] | device,
        ).json()
        for sent in REQUESTS
    ]


def last_said() -> dict[tuple[str, str], dict[str, int]]:
    """The sums of each source and model, of the last bucket of each half hour."""
    buckets = {
        (bucket["source"], bucket["model"], bucket["hour_start"]): bucket
        for sent in REQUESTS
        for bucket in json.loads(sent["body"]).get("hourly", [])
    }
    sums: dict[tuple[str, str], dict[str, int]] = {}
    for (source, model, _), bucket in buckets.items():
        of_model = sums.setdefault((source, model), dict.fromkeys(COUNTS, 0))
        for name in COUNTS:
            of_model[name] += bucket[name]
        of_model["input_tokens"] = of_model["total_tokens"] - of_model["output_tokens"]
    return sums


def counts_of(totals: dict[str, str]) -> dict[str, int]:
    return {name: int(totals[name]) for name in COUNTS}


@pytest.mark.every_engine
@pytest.mark.parametrize("prefix", ["", "/api"])
def test_each_request_gets_the_answer_that_it_got(
    client: TestClient, device: dict[str, str], prefix: str
) -> None:
    answers = replay(client, device, prefix)

    pings = [answer for answer in answers if "last_sync_at" in answer]
    assert [ping.pop("last_sync_at") for ping in pings] == ["2026-11-21T12:00:00.000000Z"]
    expected = [dict(sent["answer"]) for sent in REQUESTS]
    for answer in expected:
        answer.pop("last_sync_at", None)
    assert answers == expected


@pytest.mark.every_engine
def test_the_run_counts_what_the_client_said_last_though_it_is_sent_twice(
    client: TestClient, device: dict[str, str], backend: Backend
) -> None:
    sums = last_said()
    tokens = {model: of["total_tokens"] for (_, model), of in sums.items() if of["total_tokens"]}

    for _ in range(2):
        replay(client, device)
        asked = f"/functions/vibeusage-usage-model-breakdown?from={DAY}&to={DAY}"
        board = client.get(asked, headers=device).json()
        models = client.get(f"/tokens/models?start_date={DAY}&end_date={DAY}", headers=device)

        assert {
            (part["source"], model["model"]): counts_of(model["totals"])
            for part in board["sources"]
            for model in part["models"]
        } == sums
        assert {row["model_ids"][0]: row["tokens"] for row in models.json()["models"]} == tokens
        fold_pending(backend)


def test_the_run_has_all_that_the_client_does() -> None:
    bodies = [json.loads(sent["body"]) for sent in REQUESTS]
    buckets = [bucket for body in bodies for bucket in body.get("hourly", [])]

    assert sum(of["total_tokens"] for of in last_said().values()) == 124_681
    assert {bucket["source"] for bucket in buckets} == {"claude", "codex"}
    assert [bucket["model"] for bucket in buckets if not bucket["total_tokens"]] == ["unknown"]
    assert any(bodies[index] == bodies[index + 1] for index in range(len(bodies) - 1))
