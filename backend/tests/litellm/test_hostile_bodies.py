"""Bodies that are too large, or made to take long."""

import json
from contextlib import suppress
from time import process_time
from typing import Any

import pytest
from backend.tests.factories import answer
from backend.tests.litellm.posting import A, post
from backend.tests.litellm.records import JSON, PATH
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from tokentally.ingest.litellm import parse_litellm
from tokentally.ingest.normalise import Sender
from tokentally.ingest.parse import MalformedBody, TooManyEvents

EVERYBODY = Sender("gateway", may_name_users=True, latest=2**62)


@pytest.mark.parametrize("form", ["array", "lines"])
def test_ten_thousand_calls_are_taken_and_one_more_is_too_many(
    client: TestClient, form: str
) -> None:
    def body(count: int) -> bytes:
        calls = [
            f'{{"id": "{n}", "endTime": {A["endTime"]}, "prompt_tokens": 1}}' for n in range(count)
        ]
        return (f"[{','.join(calls)}]" if form == "array" else "\n".join(calls)).encode()

    refused = client.post(PATH, content=body(10_001), headers=JSON)

    assert refused.status_code == 413
    assert post(client, body(10_000)) == answer(accepted=10_000)


def test_seventeen_mebibytes_are_too_large(client: TestClient) -> None:
    posted = client.post(PATH, content=b" " * (17 << 20), headers=JSON)

    assert (posted.status_code, posted.json()["detail"]) == (
        413,
        "the body is larger than 16 MiB",
    )


@pytest.mark.parametrize(
    ("first", "unit", "last"),
    [
        (b'["', b'\\"', b'",NaN]'),
        (b'[NaN,"', b'\\"', b""),
        (b"[NaN", b'"', b""),
        (b"[NaN,", b"-", b""),
        (b"[NaN,", b"NI", b""),
        (b"[", b"NaN,", b"1]"),
        (b"", b"{\n", b""),
        (b"{", b"[\n", b""),
    ],
)
def test_a_hostile_body_is_dealt_with_in_no_time(first: bytes, unit: bytes, last: bytes) -> None:
    body = first + unit * ((16 << 20) // len(unit)) + last
    started = process_time()

    with suppress(MalformedBody, TooManyEvents):
        assert parse_litellm(body, EVERYBODY).events == []

    assert process_time() - started < 5


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*A, *A["metadata"], "cached_tokens"]), inner)
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(A, JSON_VALUES)), max_size=4))
def test_whatever_calls_say_each_is_taken_or_refused(calls: list[dict[str, Any]]) -> None:
    parsed = parse_litellm(json.dumps(calls).encode(), EVERYBODY)

    assert len(parsed.events) + len(parsed.refusals) == len(calls)


@settings(deadline=None)
@given(st.binary() | st.text(alphabet='[]{}",:\\ \nNaNu0d8e1.5-Infity').map(str.encode))
def test_whatever_a_body_is_it_is_read_or_called_malformed(body: bytes) -> None:
    try:
        parsed = parse_litellm(body, EVERYBODY)
    except MalformedBody:
        return
    assert parsed.places == sorted(parsed.places)
