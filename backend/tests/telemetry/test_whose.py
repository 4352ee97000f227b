"""Whose a call is: the source, the user and the team that telemetry names."""

from typing import Any

import pytest
from backend.tests.telemetry.exporting import api_request, call, logs, traces
from backend.tests.telemetry.sending import post, stored
from fastapi.testclient import TestClient


def whose(database: str) -> tuple[str, str]:
    """User and team of the one event that is stored."""
    [event] = stored(database)
    return event["user"], event["team"]


@pytest.mark.parametrize(
    ("resource", "source"),
    [
        ({}, "otlp"),
        ({"service__name": " "}, "otlp"),
        ({"service__name": "Kettle-Shop"}, "kettle-shop"),
    ],
)
def test_the_service_is_the_source(
    client: TestClient, database_url: str, resource: dict[str, str], source: str
) -> None:
    post(client, "traces", traces(call(), **resource))

    assert [event["source"] for event in stored(database_url)] == [source]


@pytest.mark.parametrize(
    ("resource", "own", "expected"),
    [
        ({}, {}, ("local", "Unassigned")),
        ({"user__id": "u1", "team__id": "t1"}, {}, ("u1", "t1")),
        ({"user__id": "u1", "user__email": "a@b.example"}, {}, ("a@b.example", "Unassigned")),
        (
            {"user__id": "u1", "user__email": "a@b.example", "user__name": "ada"},
            {},
            ("ada", "Unassigned"),
        ),
        ({"team__id": "t1", "team__name": "Tea"}, {}, ("local", "Tea")),
        ({}, {"user__name": "ada", "team__name": "Tea"}, ("ada", "Tea")),
        ({"user__id": "u1"}, {"user__name": "ada", "team__name": "Tea"}, ("u1", "Tea")),
        ({"user__name": " ", "user__id": "u1"}, {}, ("u1", "Unassigned")),
        ({}, {"user__id": 7}, ("7", "Unassigned")),
    ],
)
def test_user_and_team_are_those_of_the_resource_else_of_the_record(
    client: TestClient,
    database_url: str,
    resource: dict[str, str],
    own: dict[str, Any],
    expected: tuple[str, str],
) -> None:
    post(client, "traces", traces(call(**own), **resource))

    assert whose(database_url) == expected


def test_what_an_agent_says_of_its_user_is_nobody_else_to_the_owner_of_a_local_server(
    client: TestClient, database_url: str
) -> None:
    record = api_request(user__id="0f3c", user__email="ada@kettles.example")

    post(client, "logs", logs(record, service__name="claude-code"))

    assert whose(database_url) == ("local", "Unassigned")
