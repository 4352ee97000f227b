"""What the OpenAPI document says of these questions."""

from typing import Any

import pytest
from backend.tests.costs_api.asking import CHARTS, DAILY, EVENTS, PATHS
from fastapi.testclient import TestClient

OF_ALL = {"range", "start", "end", "model_id", "If-None-Match", "X-Tokentally-User"}
PARAMETERS = {
    CHARTS: OF_ALL | {"top_models", "granularity", "include", "format"},
    EVENTS: OF_ALL | {"page", "page_size"},
    DAILY: OF_ALL,
}
CODES = {
    "400": "invalid_start",
    "401": "unauthorized",
    "403": "forbidden",
    "405": "method_not_allowed",
    "500": "internal_server_error",
    "503": "service_unavailable",
}


def operation(client: TestClient, path: str) -> Any:
    return client.get("/openapi.json").json()["paths"][path]["get"]


@pytest.mark.parametrize("path", PATHS)
def test_every_parameter_is_described(client: TestClient, path: str) -> None:
    described = {each["name"]: each for each in operation(client, path)["parameters"]}

    assert described.keys() == PARAMETERS[path]
    assert all(each["description"] and each["schema"]["type"] for each in described.values())


@pytest.mark.parametrize("path", PATHS)
def test_every_error_has_an_example_with_its_code(client: TestClient, path: str) -> None:
    responses = operation(client, path)["responses"]

    errors = {
        status: response["content"]["application/json"]
        for status, response in responses.items()
        if int(status) >= 400
    }
    assert {status: each["example"]["code"] for status, each in errors.items()} == CODES
    schemas = {each["schema"]["$ref"] for each in errors.values()}
    assert schemas == {"#/components/schemas/CodedError"}


def test_exact_costs_are_described_as_numbers(client: TestClient) -> None:
    schemas = client.get("/openapi.json").json()["components"]["schemas"]

    total = schemas["Summary"]["properties"]["total_cost"]
    cost = schemas["UsageEvent"]["properties"]["cost_usd"]
    segment = schemas["ChartDay"]["properties"]["total"]
    assert total["type"] == "number"
    assert {each["type"] for each in cost["anyOf"]} == {"number", "null"}
    assert {each["type"] for each in segment["anyOf"]} == {"integer", "number"}
