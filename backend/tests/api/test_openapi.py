"""The description of the API, as served."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tokentally.api.describe import describe

TOKENS = {"200", "400", "500", "503"}
EXPECTED = {
    ("/tokens", "get"): TOKENS,
    ("/tokens/models", "get"): TOKENS,
    ("/tokens/timeseries", "get"): TOKENS,
    ("/tokens/success-rate", "get"): TOKENS,
    ("/tokens/cost-efficiency", "get"): TOKENS,
    ("/tokens/hourly", "get"): TOKENS,
    ("/v1/events", "post"): {"200", "400", "413", "415", "503"},
}


def test_every_path_is_described_with_the_errors_that_it_can_answer(client: TestClient) -> None:
    document = client.get("/openapi.json").json()

    described = {
        (path, method): set(operation["responses"])
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    assert described.keys() == EXPECTED.keys()
    for operation, statuses in EXPECTED.items():
        assert described[operation] >= statuses
        assert "422" not in described[operation]


@pytest.mark.parametrize(("path", "method"), EXPECTED)
def test_every_answer_has_a_summary_and_a_schema(
    client: TestClient, path: str, method: str
) -> None:
    operation = client.get("/openapi.json").json()["paths"][path][method]

    forms = {
        status: set(response["content"]) for status, response in operation["responses"].items()
    }
    error = "application/json" if path.startswith("/tokens") else "application/problem+json"
    assert operation["summary"]
    assert operation["description"]
    assert all(response["description"] for response in operation["responses"].values())
    assert forms.pop("200") == {"application/json"}
    assert all(form == {error} for form in forms.values())


def test_the_body_of_events_is_described(client: TestClient) -> None:
    operation = client.get("/openapi.json").json()["paths"]["/v1/events"]["post"]

    assert set(operation["requestBody"]["content"]) == {"application/json", "application/x-ndjson"}


def test_the_page_is_built_from_the_description_that_is_served() -> None:
    kept = Path(__file__).parents[3] / "frontend/src/api/openapi.json"

    assert kept.read_text() == describe(), "run make openapi"
