"""The description of the API, as served."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tokentally.api.describe import describe

TOKENS = {"200", "400", "401", "403", "500", "503"}
OWN = {"200", "401", "403", "500", "503"}
CHANGE = OWN | {"400", "415"}
OWN_USAGE = OWN | {"304", "400", "405"}
PICTURES = {"/u/{name}/badge.svg", "/u/{name}/heatmap.svg"}
PICTURE = {"200", "400", "403", "404", "500", "503"}
EXPORTS = ("/v1/traces", "/v1/logs", "/v1/metrics")
OPEN_TO_ALL = {"/livez", "/readyz", "/v1/sign-in"} | PICTURES
OTHER_FORMS = {
    "/metrics": "text/plain",
    "/v1/stream": "text/event-stream",
    **dict.fromkeys(PICTURES, "image/svg+xml"),
}
BODILESS = "/functions/vibeusage-sync-ping"
"""It takes any body, and none."""

EXPECTED = {
    ("/tokens", "get"): TOKENS,
    ("/tokens/models", "get"): TOKENS,
    ("/tokens/users", "get"): TOKENS,
    ("/tokens/timeseries", "get"): TOKENS,
    ("/tokens/success-rate", "get"): TOKENS,
    ("/tokens/cost-efficiency", "get"): TOKENS,
    ("/tokens/hourly", "get"): TOKENS,
    ("/api/usage/costs", "get"): OWN_USAGE,
    ("/api/usage/costs/daily", "get"): OWN_USAGE,
    ("/api/usage/costs/models/daily", "get"): OWN_USAGE,
    ("/functions/vibeusage-usage-summary", "get"): OWN_USAGE,
    ("/functions/vibeusage-usage-model-breakdown", "get"): OWN_USAGE,
    ("/functions/vibeusage-usage-daily", "get"): OWN_USAGE,
    ("/functions/vibeusage-usage-hourly", "get"): OWN_USAGE - {"304"},
    ("/functions/vibeusage-usage-monthly", "get"): OWN_USAGE,
    ("/functions/vibeusage-usage-heatmap", "get"): OWN_USAGE,
    ("/functions/vibeusage-leaderboard", "get"): OWN | {"400", "405"},
    ("/functions/vibeusage-leaderboard-settings", "get"): OWN | {"405"},
    ("/functions/vibeusage-leaderboard-settings", "post"): CHANGE | {"405"},
    ("/functions/vibeusage-ingest", "post"): CHANGE | {"405"},
    ("/functions/vibeusage-sync-ping", "post"): OWN | {"405"},
    ("/v1/events", "post"): {"200", "400", "401", "403", "413", "415", "503"},
    ("/v1/ingest/litellm", "post"): {"200", "400", "401", "403", "413", "415", "503"},
    **{(path, "post"): {"200", "400", "401", "403", "413", "415", "503"} for path in EXPORTS},
    ("/v1/stream", "get"): OWN,
    ("/v1/me", "get"): OWN,
    ("/v1/me", "patch"): CHANGE,
    ("/v1/keys", "get"): OWN,
    ("/v1/keys", "post"): CHANGE - {"200"} | {"201"},
    ("/v1/keys/{key_id}", "delete"): OWN - {"200"} | {"204", "404"},
    ("/v1/admin/users", "get"): OWN,
    ("/v1/admin/users", "post"): CHANGE - {"200"} | {"201", "409"},
    ("/v1/admin/users/{name}", "patch"): CHANGE | {"404", "409"},
    ("/v1/admin/users/{name}", "delete"): OWN | {"404", "409"},
    ("/v1/admin/users/{name}/team", "put"): CHANGE | {"404"},
    ("/v1/admin/prices", "get"): OWN | {"400"},
    ("/v1/admin/prices", "post"): CHANGE - {"200"} | {"201"},
    ("/v1/admin/prices", "delete"): OWN | {"400", "404"},
    ("/v1/admin/aliases", "get"): OWN,
    ("/v1/admin/aliases", "post"): CHANGE - {"200"} | {"201"},
    ("/u/{name}/badge.svg", "get"): PICTURE,
    ("/u/{name}/heatmap.svg", "get"): PICTURE,
    ("/v1/sign-in", "get"): {"200", "403", "500"},
    ("/v1/health", "get"): OWN,
    ("/livez", "get"): {"200", "403", "500"},
    ("/readyz", "get"): {"200", "403", "500", "503"},
    ("/metrics", "get"): {"200", "401", "403", "500", "503"},
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
        status: set(response.get("content", ()))
        for status, response in operation["responses"].items()
    }
    plain = path.startswith(("/tokens", "/api/usage", "/functions"))
    errors = {"application/json" if plain else "application/problem+json"}
    if path in EXPORTS:  # answers in the encoding in which it was asked
        errors = {"application/json", "application/x-protobuf"}
    assert operation["summary"]
    assert operation["description"]
    assert all(response["description"] for response in operation["responses"].values())
    [good] = forms.keys() & {"200", "201", "204"}
    form = OTHER_FORMS.get(path, "application/json")
    further = {"text/csv"} if path == "/api/usage/costs/models/daily" else set()
    further |= errors if path in EXPORTS else set()
    assert forms.pop(good) == (set() if good == "204" else {form} | further)
    assert forms.pop("304", set()) == set()
    if path == "/readyz":  # says why not in the form in which it says that all is well
        assert forms.pop("503") == {"application/json"}
    assert all(form == errors for form in forms.values())


def test_every_path_but_the_open_ones_wants_a_bearer_token(client: TestClient) -> None:
    document = client.get("/openapi.json").json()

    wanted = {
        path: operation.get("security", [])
        for path, operations in document["paths"].items()
        for operation in operations.values()
    }
    scheme = document["components"]["securitySchemes"]["bearer"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert {path for path, schemes in wanted.items() if schemes != [{"bearer": []}]} == OPEN_TO_ALL


@pytest.mark.parametrize(
    ("path", "method"),
    [key for key in EXPECTED if key[1] in ("post", "patch", "put") and key[0] != BODILESS],
)
def test_every_body_is_described(client: TestClient, path: str, method: str) -> None:
    body = client.get("/openapi.json").json()["paths"][path][method]["requestBody"]

    assert body["required"] is True
    assert "$ref" not in str(body)
    assert body["content"]["application/json"]["schema"]


@pytest.mark.parametrize("path", ["/v1/events", "/v1/ingest/litellm"])
def test_the_body_of_events_is_described(client: TestClient, path: str) -> None:
    operation = client.get("/openapi.json").json()["paths"][path]["post"]

    assert set(operation["requestBody"]["content"]) == {"application/json", "application/x-ndjson"}


def test_the_page_is_built_from_the_description_that_is_served() -> None:
    kept = Path(__file__).parents[3] / "frontend/src/api/openapi.json"

    assert kept.read_text() == describe(), "run make openapi"
