"""What the client library of the VibeUsage CLI sent once, sent again as it was."""

import json
from pathlib import Path
from typing import Any

import pytest
from backend.tests.auth.people import key
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend

SIGN_IN = True
RECORDED = Path(__file__).parents[1] / "data/captures/vibeusage/requests.json"
REQUESTS: list[dict[str, Any]] = json.loads(RECORDED.read_text())


@pytest.mark.every_engine
@pytest.mark.parametrize("prefix", ["", "/api"])
def test_each_request_gets_the_answer_that_it_got(
    client: TestClient, backend: Backend, prefix: str
) -> None:
    signed = {"authorization": f"Bearer {key(backend, 'ada', 'ingest', 'read')}"}

    answers = [
        client.post(
            prefix + sent["path"], content=sent["body"], headers=sent["headers"] | signed
        ).json()
        for sent in REQUESTS
    ]
    totals = client.get(
        "/functions/vibeusage-usage-summary?from=2026-11-21&to=2026-11-21", headers=signed
    ).json()["totals"]

    last_sync = answers[-1]["last_sync_at"]
    assert last_sync == "2026-11-21T12:00:00.000000Z"
    expected = [dict(sent["answer"]) for sent in REQUESTS]
    expected[-1] |= {"last_sync_at": last_sync}
    assert answers == expected
    assert totals["total_tokens"] == str(1500 + 1020 + 4500)
    assert totals["cached_input_tokens"] == str(200 + 150 + 3000)
    assert totals["reasoning_output_tokens"] == str(50 + 15)
