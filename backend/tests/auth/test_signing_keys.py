"""Tokens of an identity provider, whose keys come, go and can't always be had."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import jwt
import pytest
from backend.tests.auth.people import LATER, NO_GOOD, SECRET, bearer, claims, token
from backend.tests.auth.provider import (
    AUDIENCE,
    ISSUER,
    Provider,
    private_key,
    public_jwk,
    running_provider,
    secret_jwk,
    signed,
)
from backend.tests.factories import NOTHING_STORED, SettableClock, problem
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi.testclient import TestClient
from pydantic import SecretStr

from tokentally.auth.signing_keys import FRESH, PAUSE, USABLE
from tokentally.config import Settings

UNAVAILABLE = "the signing keys of the identity provider are unavailable"


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setenv("no_proxy", "*")
    with running_provider() as provider:
        provider.publish(public_jwk("rsa-1"), public_jwk("ec-1"))
        yield provider


@pytest.fixture
def settings(settings: Settings, provider: Provider) -> Settings:
    given = {"jwks_url": provider.url, "jwt_audience": AUDIENCE, "jwt_issuer": ISSUER}
    return settings.model_copy(update={"jwt_secret": None, **given})


def status(client: TestClient, credentials: str) -> int:
    return client.get("/v1/me", headers=bearer(credentials)).status_code


def test_keys_of_both_kinds_are_taken_and_fetched_once(
    client: TestClient, provider: Provider
) -> None:
    said = [client.get("/v1/me", headers=bearer(signed(kid))).json() for kid in ("rsa-1", "ec-1")]

    assert [me["name"] for me in said] == ["ada", "ada"]
    assert said[0]["scopes"] == ["ingest", "read"]
    assert provider.asked == 1


def pem_of(kid: str) -> str:
    key = jwt.PyJWK(public_jwk(kid)).key
    return str(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())


def signed_by_the_public_key() -> str:
    """HS256 with what everybody knows for its secret."""
    text = pem_of("rsa-1").replace("-----", "")
    return jwt.encode(claims(iss=ISSUER, aud=AUDIENCE), text, "HS256", {"kid": "rsa-1"})


def signed_by_another_key() -> str:
    said = claims(iss=ISSUER, aud=AUDIENCE)
    return jwt.encode(said, private_key("rsa-2"), "RS256", {"kid": "rsa-1"})


BAD: dict[str, Callable[[], str]] = {
    "another audience": lambda: signed("rsa-1", aud="another"),
    "several other audiences": lambda: signed("ec-1", aud=["a", "b"]),
    "no audience": lambda: signed("rsa-1", aud=None),
    "an audience that is no text": lambda: signed("rsa-1", aud=7),
    "another issuer": lambda: signed("ec-1", iss="https://id.example.org"),
    "no issuer": lambda: signed("rsa-1", iss=None),
    "expired": lambda: signed("ec-1", exp=1),
    "no expiry": lambda: signed("ec-1", exp=None),
    "a key that is not there": lambda: signed("rsa-2"),
    "another key of that name": signed_by_another_key,
    "the public key as a secret": signed_by_the_public_key,
    "another algorithm of that key": lambda: signed("rsa-1", algorithm="RS512"),
    "padding of another kind": lambda: signed("rsa-1", algorithm="PS256"),
    "HS256 without a secret": lambda: token(iss=ISSUER, aud=AUDIENCE),
}


@pytest.mark.parametrize("what", BAD)
def test_a_token_with_a_defect_is_no_good(client: TestClient, what: str) -> None:
    response = client.get("/v1/me", headers=bearer(BAD[what]()))

    assert (response.status_code, response.json()) == (401, problem(401, NO_GOOD))
    assert status(client, signed("rsa-1")) == 200


def test_a_key_must_be_named(client: TestClient, provider: Provider) -> None:
    header, body, signature = signed("rsa-1").split(".")
    nameless = jwt.utils.base64url_encode(b'{"alg":"RS256","typ":"JWT"}').decode()

    assert header != nameless
    assert status(client, f"{nameless}.{body}.{signature}") == 401
    assert provider.asked == 0


def test_published_secrets_and_other_curves_are_not_used(
    client: TestClient, provider: Provider
) -> None:
    provider.publish(secret_jwk("oct", SECRET), public_jwk("p384"), public_jwk("rsa-1"))
    said = claims(iss=ISSUER, aud=AUDIENCE)

    assert status(client, jwt.encode(said, SECRET, "HS256", {"kid": "oct"})) == 401
    assert status(client, signed("p384", algorithm="ES384")) == 401
    assert status(client, signed("rsa-1")) == 200


def test_one_of_several_audiences_is_enough(client: TestClient) -> None:
    assert status(client, signed("rsa-1", aud=["other", AUDIENCE])) == 200


def test_a_new_key_is_fetched_when_a_token_names_it(
    client: TestClient, provider: Provider, clock: SettableClock
) -> None:
    assert status(client, signed("rsa-1")) == 200
    provider.publish(public_jwk("ec-2"))
    clock.now += PAUSE

    assert status(client, signed("ec-2")) == 200
    assert status(client, signed("rsa-1")) == 401
    assert provider.asked == 2


def test_a_key_that_is_withdrawn_is_good_for_minutes_only(
    client: TestClient, provider: Provider, clock: SettableClock
) -> None:
    assert status(client, signed("rsa-1")) == 200
    provider.publish(public_jwk("ec-1"))

    clock.now += FRESH - timedelta(seconds=1)
    assert status(client, signed("rsa-1")) == 200
    clock.now += timedelta(seconds=1)
    assert status(client, signed("rsa-1")) == 401


def test_invented_key_ids_do_not_become_as_many_fetches(
    client: TestClient, provider: Provider, clock: SettableClock
) -> None:
    assert status(client, signed("rsa-1")) == 200

    unknown = [signed("rsa-2"), signed("ec-2"), signed("rsa-3")]
    assert [status(client, each) for each in unknown * 3] == [401] * 9
    assert provider.asked == 1
    clock.now += PAUSE
    assert [status(client, each) for each in unknown * 3] == [401] * 9
    assert provider.asked == 2


@pytest.mark.parametrize(
    ("answered", "with_status"),
    [
        (b"", 500),
        (b"", 404),
        (b"", 301),
        (b"", 200),
        (b"<html>", 200),
        (b"\xff", 200),
        (b"[]", 200),
        (b"{}", 200),
        (b'{"keys":[]}', 200),
        (b'{"keys":7}', 200),
        (b'{"keys":[7]}', 200),
        (b'{"keys":[{"kid":"rsa-1","kty":"RSA","n":"!","e":"AQAB"}]}', 200),
        (b"[" * 100_000, 200),
    ],
)
def test_while_keys_cannot_be_had_nobody_is_told_that_a_token_is_bad(
    client: TestClient, provider: Provider, clock: SettableClock, answered: bytes, with_status: int
) -> None:
    provider.answer, provider.status = answered, with_status

    down = client.get("/v1/me", headers=bearer(signed("rsa-1")))
    again = client.get("/tokens/models", headers=bearer(signed("rsa-1")))
    asked = provider.asked
    provider.publish(public_jwk("rsa-1"))
    clock.now += PAUSE
    up = client.get("/tokens/models", headers=bearer(signed("rsa-1")))

    assert (down.status_code, down.json()) == (503, problem(503, UNAVAILABLE))
    assert (again.status_code, again.json()) == (503, {"detail": UNAVAILABLE})
    assert down.headers["retry-after"] == "2"
    assert asked == 1
    assert up.json() == NOTHING_STORED


def test_known_keys_outlive_an_outage_of_an_hour_and_no_more(
    client: TestClient, provider: Provider, clock: SettableClock
) -> None:
    lasting = signed("rsa-1", exp=LATER + 9 * 3600)
    assert status(client, lasting) == 200
    provider.status = 500

    clock.now += USABLE - timedelta(seconds=1)
    known, unknown = status(client, lasting), status(client, signed("rsa-2"))
    clock.now += timedelta(seconds=1)
    stale = status(client, lasting)

    assert (known, unknown, stale) == (200, 503, 503)


def test_many_callers_at_once_cause_one_fetch(client: TestClient, provider: Provider) -> None:
    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(lambda _: status(client, signed("ec-1")), range(16)))

    assert statuses == [200] * 16
    assert provider.asked == 1


class TestWithoutAProvider:
    """Nobody listens at the address."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"jwks_url": "http://127.0.0.1:1/jwks"})

    def test_that_is_an_outage(self, client: TestClient) -> None:
        assert status(client, signed("rsa-1")) == 503


class TestBesideASecret:
    """Both ways at once, each with its own algorithms."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"jwt_secret": SecretStr(SECRET)})

    def test_both_are_taken(self, client: TestClient) -> None:
        assert status(client, token(iss=ISSUER, aud=AUDIENCE)) == 200
        assert status(client, signed("rsa-1")) == 200

    def test_neither_is_taken_for_the_other(self, client: TestClient) -> None:
        assert status(client, signed_by_the_public_key()) == 401
        assert status(client, token()) == 401
