"""`CORS_ORIGINS`: which pages of other origins may call."""

import pytest
from backend.tests.auth.people import bearer, token
from fastapi.testclient import TestClient

from tokentally.config import Settings

PAGE = "https://usage.example.com"
ASKS = {
    "Origin": PAGE,
    "Access-Control-Request-Method": "PATCH",
    "Access-Control-Request-Headers": "authorization,content-type",
}


class TestWithoutOrigins:
    """The default."""

    def test_no_other_origin_may_read_an_answer(self, client: TestClient) -> None:
        asked = client.options("/v1/me", headers=ASKS)
        got = client.get("/v1/me", headers=bearer(token()) | {"Origin": PAGE})

        assert asked.status_code == 405
        assert not [name for name in got.headers if name.startswith("access-control")]


class TestWithOrigins:
    """One other origin."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"cors_origins": (PAGE,)})

    def test_it_is_told_what_it_may_send(self, client: TestClient) -> None:
        asked = client.options("/v1/me", headers=ASKS)

        assert asked.status_code == 200
        assert asked.headers["access-control-allow-origin"] == PAGE
        assert asked.headers["access-control-allow-methods"] == "GET, POST, PATCH, PUT, DELETE"
        allowed = asked.headers["access-control-allow-headers"]
        assert {"Authorization", "Content-Type"} <= set(allowed.split(", "))
        assert "access-control-allow-credentials" not in asked.headers

    def test_it_may_read_answers_and_refusals(self, client: TestClient) -> None:
        got = client.get("/v1/me", headers=bearer(token()) | {"Origin": PAGE})
        refused = client.get("/v1/me", headers={"Origin": PAGE})

        assert [got.status_code, refused.status_code] == [200, 401]
        for response in (got, refused):
            assert response.headers["access-control-allow-origin"] == PAGE

    @pytest.mark.parametrize("origin", ["https://example.com", "http://usage.example.com", "null"])
    def test_others_are_not(self, client: TestClient, origin: str) -> None:
        asked = client.options("/v1/me", headers=ASKS | {"Origin": origin})
        got = client.get("/v1/me", headers=bearer(token()) | {"Origin": origin})

        assert asked.status_code == 400
        for response in (asked, got):
            assert "access-control-allow-origin" not in response.headers
