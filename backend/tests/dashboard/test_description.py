"""What the OpenAPI document says of these questions."""

from typing import Any

import pytest
from backend.tests.dashboard.asking import (
    BREAKDOWN,
    DAILY,
    HEATMAP,
    HOURLY,
    MONTHLY,
    QUESTIONS,
    SUMMARY,
    path,
    sent,
)
from backend.tests.factories import event
from fastapi.testclient import TestClient

OF_ALL = {"source", "tz", "tz_offset_minutes", "X-Tokentally-User"}
PARAMETERS = {
    SUMMARY: OF_ALL | {"from", "to", "model", "If-None-Match"},
    BREAKDOWN: OF_ALL | {"from", "to", "names", "If-None-Match"},
    DAILY: OF_ALL | {"from", "to", "model", "If-None-Match"},
    HOURLY: OF_ALL | {"day", "model"},
    MONTHLY: OF_ALL | {"months", "to", "model", "If-None-Match"},
    HEATMAP: OF_ALL | {"weeks", "to", "week_starts_on", "model", "If-None-Match"},
}


def document(client: TestClient) -> Any:
    return client.get("/openapi.json").json()


def shape(value: Any) -> Any:
    """The names in an answer, at every depth."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    return [shape(each) for each in value[:1]] if isinstance(value, list) else type(value)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_parameter_is_described(client: TestClient, question: str) -> None:
    parameters = document(client)["paths"][path(question)]["get"]["parameters"]

    described = {each["name"]: each for each in parameters}
    assert described.keys() == PARAMETERS[question]
    assert len(described) == len(parameters)
    assert all(each["description"] and each["schema"]["type"] for each in parameters)
    assert all(each["example"] for each in parameters)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_error_has_an_example(client: TestClient, question: str) -> None:
    responses = document(client)["paths"][path(question)]["get"]["responses"]

    errors = {
        int(status): response["content"]["application/json"]
        for status, response in responses.items()
        if int(status) >= 400
    }
    assert errors.keys() == {400, 401, 403, 405, 500, 503}
    assert all(each["example"].keys() == {"error"} for each in errors.values())
    schemas = {each["schema"]["$ref"] for each in errors.values()}
    assert schemas == {"#/components/schemas/ErrorLine"}


@pytest.mark.parametrize("question", QUESTIONS)
def test_example_answers_have_the_shape_of_real_ones(client: TestClient, question: str) -> None:
    client.post("/v1/events", json=[event()])
    responses = document(client)["paths"][path(question)]["get"]["responses"]

    example = responses["200"]["content"]["application/json"]["example"]

    assert shape(example) == shape(sent(client, question).json())


def test_the_other_prefix_is_told_of_and_not_described_twice(client: TestClient) -> None:
    described = document(client)

    assert "`/api/functions/`" in described["info"]["description"]
    assert [each for each in described["paths"] if each.startswith("/api/functions")] == []
    operations = [
        operation["operationId"]
        for operations in described["paths"].values()
        for operation in operations.values()
    ]
    assert len(set(operations)) == len(operations)
