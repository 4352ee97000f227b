"""What a user chooses to show, and when; and bodies that are no JSON."""

import json
from typing import Any

import pytest
from backend.tests.factories import SettableClock
from fastapi.testclient import TestClient

INGEST = "/functions/vibeusage-ingest"
SETTINGS = "/functions/vibeusage-leaderboard-settings"
JSON = {"content-type": "application/json"}
NO_BOOLEAN = "leaderboard_public must be boolean"


@pytest.mark.parametrize("path", [SETTINGS, INGEST])
def test_a_body_is_json(client: TestClient, path: str) -> None:
    broken = ["", "{", "{'a': 1}", '{"a":1}}', "\x00", "NaN"]
    of_another_type = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
    refused = [client.post(path, content=each, headers=JSON) for each in broken]
    unknown = [
        client.post(path, content='{"leaderboard_public":true}', headers={"content-type": each})
        for each in of_another_type
    ]

    assert {r.status_code for r in unknown} == {415}
    assert {tuple(r.json()) for r in unknown} == {("error",)}
    if path == SETTINGS:
        assert {r.text for r in refused} == {'{"error":"Invalid JSON"}'}
    assert {r.status_code for r in refused} == {400}


@pytest.mark.parametrize("value", ["true", 1, 0, None, [], {}, 1.0, ""])
def test_a_choice_is_a_boolean(client: TestClient, value: Any) -> None:
    response = client.post(SETTINGS, json={"leaderboard_public": value})

    assert (response.status_code, response.json()) == (400, {"error": NO_BOOLEAN})


@pytest.mark.parametrize("body", [{}, [], None, True, "x", {"public": True}])
def test_a_choice_must_be_made(client: TestClient, body: Any) -> None:
    response = client.post(SETTINGS, content=json.dumps(body), headers=JSON)

    assert (response.status_code, response.json()) == (400, {"error": NO_BOOLEAN})


@pytest.mark.every_engine
def test_a_choice_is_kept_with_its_time(client: TestClient, clock: SettableClock) -> None:
    answers = []
    for choice in (True, False):
        clock.now = clock.now.replace(minute=clock.now.minute + 1)
        answers.append(client.post(SETTINGS, json={"leaderboard_public": choice}).json())
        assert client.get(SETTINGS).json() == answers[-1]

    assert [sorted(each) for each in answers] == [["leaderboard_public", "updated_at"]] * 2
    assert [each["leaderboard_public"] for each in answers] == [True, False]
    assert [each["updated_at"][:19] for each in answers] == [
        "2026-11-21T12:01:00",
        "2026-11-21T12:02:00",
    ]
