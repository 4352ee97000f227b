"""`GET /v1/sign-in`: what a page is told before anybody is signed in."""

from pathlib import Path
from typing import Any

import pytest
from backend.tests.auth.people import bearer
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.api.page import serve_page
from tokentally.api.server import create_backend

ISSUER = "https://id.example.com/realms/main"
OIDC = {"oidc_issuer": ISSUER, "oidc_client_id": "page"}
PROVIDER = {"issuer": ISSUER, "client_id": "page"}


def ways_in(backend: Backend, **given: Any) -> Any:
    """The answer of a server with further settings, to somebody whose token is no good."""
    settings = backend.settings.model_copy(update=given)
    changed = Backend(settings, backend.clock, backend.database, backend.writer, backend.kept)
    client = TestClient(create_backend(changed), base_url="http://localhost")
    response = client.get("/v1/sign-in", headers=bearer("no good"))
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    return response.json()


@pytest.mark.every_engine
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"auth": "local"}, {"auth": "local", "oidc": None, "public_leaderboard": False}),
        ({}, {"auth": "token", "oidc": None, "public_leaderboard": False}),
        (OIDC, {"auth": "token", "oidc": PROVIDER, "public_leaderboard": False}),
        (OIDC | {"auth": "local"}, {"auth": "local", "oidc": None, "public_leaderboard": False}),
        (
            {"auth": "local", "public_leaderboard": True},
            {"auth": "local", "oidc": None, "public_leaderboard": False},
        ),
        ({"public_leaderboard": True}, {"auth": "token", "oidc": None, "public_leaderboard": True}),
    ],
)
def test_a_page_is_told_how_people_sign_in(
    backend: Backend, given: dict[str, Any], said: dict[str, Any]
) -> None:
    assert ways_in(backend, **given) == said


def test_a_server_without_sign_in_tells_it_to_this_machine_alone(backend: Backend) -> None:
    settings = backend.settings.model_copy(update={"auth": "local"})
    local = Backend(settings, backend.clock, backend.database, backend.writer, backend.kept)
    client = TestClient(create_backend(local), base_url="http://usage.example.com")

    assert client.get("/v1/sign-in").status_code == 403


@pytest.mark.parametrize(
    ("issuer", "reached"), [(None, "'self'"), (ISSUER, "'self' https://id.example.com")]
)
def test_the_page_may_talk_to_this_server_and_to_the_provider(
    tmp_path: Path, issuer: str | None, reached: str
) -> None:
    (tmp_path / "index.html").write_text("the page")
    (tmp_path / "assets").mkdir()
    app = FastAPI()
    serve_page(app, tmp_path, issuer)

    policy = TestClient(app).get("/").headers["content-security-policy"]

    assert policy.split("; ") == [
        "default-src 'self'",
        "img-src 'self' data: https:",
        "style-src 'self' 'unsafe-inline'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        f"connect-src {reached}",
    ]
