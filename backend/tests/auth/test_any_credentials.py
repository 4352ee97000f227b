"""Whatever a header or a token holds, the answer is a plain yes or no."""

import json
from typing import Any

import pytest
from backend.tests.auth.people import LATER, SECRET
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jwt.api_jws import PyJWS

many = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

numbers = st.one_of(st.integers(), st.floats(), st.integers(LATER, LATER + 10))
texts = st.one_of(st.text(max_size=20), st.sampled_from(["ada", "read", "admin", "https://x.y"]))
values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
fields = st.sampled_from(
    ["sub", "exp", "nbf", "iat", "aud", "iss", "jti", "scope", "name", "picture"]
)


def status(client: TestClient, value: bytes) -> int:
    return client.get("/v1/me", headers=[(b"Authorization", value)]).status_code


@many
@given(value=st.binary(max_size=300), scheme=st.sampled_from([b"", b"Bearer ", b"Bearer tt_"]))
def test_no_header_at_random_signs_anybody_in(
    client: TestClient, value: bytes, scheme: bytes
) -> None:
    assert status(client, scheme + value) == 401


@many
@given(parts=st.lists(st.from_regex(r"[A-Za-z0-9_-]{0,40}", fullmatch=True), max_size=4))
def test_no_token_at_random_signs_anybody_in(client: TestClient, parts: list[str]) -> None:
    assert status(client, f"Bearer {'.'.join(parts)}".encode()) == 401


@many
@given(said=st.dictionaries(fields, values, max_size=4))
def test_a_signed_token_is_good_or_not_whatever_it_says(
    client: TestClient, said: dict[str, Any]
) -> None:
    body = json.dumps({"sub": "ada", "exp": LATER} | said).encode()
    token = PyJWS().encode(body, SECRET, "HS256")

    assert status(client, b"Bearer " + token.encode()) in (200, 401, 403)


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b"null", b'"x"', b"\xff", b"{", b"[" * 3_000])
def test_a_signed_body_that_is_no_object_is_no_good(client: TestClient, body: bytes) -> None:
    token = PyJWS().encode(body, SECRET, "HS256")

    assert status(client, b"Bearer " + token.encode()) == 401


@pytest.mark.parametrize("number", ["1e400", "9" * 5_000, "-0", "1e5", "0.5"])
def test_a_number_of_any_size_is_only_a_time(client: TestClient, number: str) -> None:
    body = f'{{"sub":"ada","exp":{number}}}'.encode()
    token = PyJWS().encode(body, SECRET, "HS256")

    assert status(client, b"Bearer " + token.encode()) == 401
