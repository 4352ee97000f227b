"""An address that there is not: the page says so to readers, and the API to programs."""

from pathlib import Path

import pytest
from backend.tests.factories import problem
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tokentally.api import events, health, tokens, usage_costs
from tokentally.api.errors import handle_errors
from tokentally.api.page import serve_page

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    """A client of some of the API, beside a page."""
    (tmp_path / "index.html").write_text("the page")
    (tmp_path / "assets").mkdir()
    app = FastAPI()
    for part in (events, tokens, usage_costs, health):
        app.include_router(part.router)
    serve_page(app, tmp_path, None)
    handle_errors(app)
    return TestClient(app)


@pytest.mark.parametrize("path", ["/nowhere", "/usage/ada", "/tokenss", "/settings/x?y=z"])
def test_a_reader_gets_the_page_which_shows_that_there_is_nothing(
    client: TestClient, path: str
) -> None:
    known = client.get("/usage").headers
    response = client.get(path, headers={"Accept": BROWSER})
    head = client.head(path, headers={"Accept": BROWSER})

    assert (response.status_code, response.text) == (404, "the page")
    assert (head.status_code, head.text) == (404, "")
    for name in ("content-type", "content-security-policy", "cache-control"):
        assert response.headers[name] == known[name]


@pytest.mark.parametrize(
    ("method", "path", "accepted"),
    [
        ("GET", "/nowhere", "*/*"),
        ("GET", "/nowhere", "application/json"),
        ("POST", "/nowhere", BROWSER),
        ("GET", "/v1/nowhere", BROWSER),
        ("GET", "/v1", BROWSER),
        ("GET", "/api/nowhere", BROWSER),
        ("GET", "/livez/nowhere", BROWSER),
        ("GET", "/assets/nowhere.js", BROWSER),
    ],
)
def test_programs_and_whoever_asks_the_api_get_a_problem(
    client: TestClient, method: str, path: str, accepted: str
) -> None:
    response = client.request(method, path, headers={"Accept": accepted})

    assert (response.status_code, response.json()) == (404, problem(404, "Not Found"))


def test_the_api_keeps_the_form_of_its_family(client: TestClient) -> None:
    response = client.get("/tokens/nowhere", headers={"Accept": BROWSER})

    assert (response.status_code, response.json()) == (404, {"detail": "Not Found"})
