"""Tokens as usual providers of OpenID Connect issue them, where the audience is the client id."""

from collections.abc import Iterator
from typing import Any

import pytest
from backend.tests.auth.people import NO_GOOD, bearer
from backend.tests.auth.provider import (
    AUDIENCE,
    ISSUER,
    Provider,
    public_jwk,
    running_provider,
    signed,
)
from backend.tests.factories import problem
from fastapi.testclient import TestClient

from tokentally.config import Settings

TIMES = {"iat": 1_763_719_200, "auth_time": 1_763_719_190}
SUB = "8f1c2d3e-0000-4000-8000-000000000001"
WORDS = "openid profile email"

KEYCLOAK_ID: dict[str, Any] = {
    **TIMES,
    "typ": "ID",
    "azp": AUDIENCE,
    "nonce": "n",
    "sid": "s",
    "at_hash": "h",
    "acr": "1",
    "email_verified": True,
    "preferred_username": "ada",
}
KEYCLOAK_ACCESS: dict[str, Any] = {
    **TIMES,
    "typ": "Bearer",
    "azp": AUDIENCE,
    "aud": [AUDIENCE, "account"],
    "allowed-origins": ["https://usage.example.com"],
    "realm_access": {"roles": ["offline_access"]},
    "resource_access": {"account": {"roles": ["view-profile"]}},
    "scope": WORDS,
}
AUTH0_ID: dict[str, Any] = {**TIMES, "nickname": "ada", "email": "ada@example.com", "nonce": "n"}
AUTH0_ACCESS: dict[str, Any] = {
    **TIMES,
    "aud": [AUDIENCE, f"{ISSUER}/userinfo"],
    "azp": "another client",
    "scope": f"{WORDS} offline_access",
    "permissions": [],
}
AUTHENTIK: dict[str, Any] = {
    **TIMES,
    "acr": "goauthentik.io/providers/oauth2/default",
    "azp": AUDIENCE,
    "uid": "u",
    "groups": ["people"],
    "scope": WORDS,
}
OKTA_ACCESS: dict[str, Any] = {**TIMES, "ver": 1, "jti": "AT.1", "cid": "c", "scp": WORDS.split()}


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """Publishes a key for encryption too, as Keycloak does."""
    monkeypatch.setenv("no_proxy", "*")
    with running_provider() as provider:
        for_encryption = public_jwk("rsa-2") | {"use": "enc", "alg": "RSA-OAEP"}
        provider.publish(for_encryption, public_jwk("rsa-1") | {"alg": "RS256"}, public_jwk("ec-1"))
        yield provider


@pytest.fixture
def settings(settings: Settings, provider: Provider) -> Settings:
    given = {"jwks_url": provider.url, "jwt_audience": AUDIENCE, "jwt_issuer": ISSUER}
    return settings.model_copy(update={"jwt_secret": None, **given})


@pytest.mark.every_engine
@pytest.mark.parametrize("kid", ["rsa-1", "ec-1"])
@pytest.mark.parametrize(
    ("sub", "said"),
    [
        (SUB, KEYCLOAK_ID),
        (SUB, KEYCLOAK_ACCESS),
        ("auth0|65a1b2c3", AUTH0_ID),
        ("auth0|65a1b2c3", AUTH0_ACCESS),
        ("0" * 64, AUTHENTIK),
        ("ada@example.com", OKTA_ACCESS),
    ],
)
def test_a_token_for_this_client_lets_its_user_read_and_send(
    client: TestClient, kid: str, sub: str, said: dict[str, Any]
) -> None:
    shown = {"name": "Ada Lovelace", "picture": "https://id.example.com/ada.png"}

    me = client.get("/v1/me", headers=bearer(signed(kid, user=sub, **said | shown)))

    assert (me.status_code, me.json() | {"id": "opaque"}) == (
        200,
        {
            "id": "opaque",
            "name": sub,
            "display_name": "Ada Lovelace",
            "team": None,
            "is_admin": False,
            "leaderboard_public": False,
            "avatar_url": "https://id.example.com/ada.png",
            "time_zone": "",
            "scopes": ["ingest", "read"],
        },
    )


@pytest.mark.parametrize(
    "said",
    [
        KEYCLOAK_ACCESS | {"aud": "account"},
        AUTH0_ACCESS | {"aud": f"{ISSUER}/userinfo"},
        AUTHENTIK | {"aud": "another client"},
        KEYCLOAK_ID | {"iss": f"{ISSUER}/"},
    ],
)
def test_a_token_for_or_of_another_is_no_good(client: TestClient, said: dict[str, Any]) -> None:
    refused = client.get("/v1/me", headers=bearer(signed("rsa-1", **said)))

    assert (refused.status_code, refused.json()) == (401, problem(401, NO_GOOD))


def test_a_key_for_encryption_signs_nothing(client: TestClient) -> None:
    assert client.get("/v1/me", headers=bearer(signed("rsa-2"))).status_code == 401
