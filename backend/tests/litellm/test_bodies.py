"""`POST /v1/ingest/litellm`: the forms that a body may have, and how one with bad calls ends."""

import gzip
import json
from typing import Any

import pytest
from backend.tests.factories import NOTHING_STORED, answer, problem, refusal
from backend.tests.litellm.posting import BOTH, LINES, A, B, post
from backend.tests.litellm.records import JSON, PATH, record
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend

NDJSON = {"Content-Type": "application/x-ndjson"}
ZIPPED = {"Content-Encoding": "gzip"}


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (BOTH, JSON),
        (b" \n" + BOTH + b"\n", JSON),
        (LINES, JSON),
        (LINES + b"\n\n", JSON),
        (LINES, NDJSON),
        (gzip.compress(BOTH), JSON | ZIPPED),
        (gzip.compress(LINES), NDJSON | ZIPPED),
    ],
)
def test_calls_come_as_an_array_or_one_a_line(
    client: TestClient, body: bytes, headers: dict[str, str]
) -> None:
    assert post(client, body, **headers) == answer(accepted=2)


@pytest.mark.parametrize("indent", [None, 2])
def test_a_call_may_come_alone(client: TestClient, indent: int | None) -> None:
    assert post(client, json.dumps(A, indent=indent).encode()) == answer(accepted=1)


def test_no_calls_are_fine(client: TestClient) -> None:
    assert post(client, b"[]") == answer()


@pytest.mark.parametrize(
    ("broken", "event_id", "field", "message"),
    [
        (None, None, None, "must be a JSON object"),
        ("text", None, None, "must be a JSON object"),
        ({}, None, "id", "is required"),
        ({"id": "x"}, "x", "endTime", "is required"),
        (record(id=""), "", "id", "expected `str` of length >= 1"),
        (record(id="x", endTime="soon"), "x", "endTime", "invalid decimal string"),
        (record(id="x", endTime=1e30), "x", "endTime", "must be seconds since 1970"),
        (record(id="x", endTime="NaN"), "x", "endTime", "must be seconds since 1970"),
        (record(id="x", endTime="sNaN"), "x", "endTime", "must be seconds since 1970"),
        (record(id="x", endTime=-1), "x", "endTime", "must be seconds since 1970"),
        (record(id="x", endTime=7), "x", "occurred_at", "must not be before 2015-01-01"),
        (
            record(id="x", prompt_tokens="100"),
            "x",
            "prompt_tokens",
            "expected `int | null`, got `str`",
        ),
        (record(id="x", completion_tokens=-1), "x", "completion_tokens", "expected `int` >= 0"),
        (
            record(id="x", by={"usage_object": {"prompt_tokens_details": {"cached_tokens": 0.5}}}),
            "x",
            "metadata.usage_object.prompt_tokens_details.cached_tokens",
            "expected `int | null`, got `float`",
        ),
        (
            record(id="x", response_cost=-1),
            "x",
            "cost_usd",
            "must be a decimal number that is not negative",
        ),
        (
            record(id="x", by={"user_api_key_user_id": "n" * 201}),
            "x",
            "user",
            "must be text of at most 200 characters",
        ),
        (
            record(id="x", prompt_tokens=10**12 + 1, total_tokens=10**12 + 21),
            "x",
            "input_tokens",
            "must be an integer from 0 to 1000000000000",
        ),
    ],
)
def test_a_bad_call_never_costs_the_good_ones(
    client: TestClient, broken: Any, event_id: str | None, field: str | None, message: str
) -> None:
    said = refusal(1, event_id, field, message)

    assert post(client, json.dumps([A, broken, B]).encode()) == answer(
        accepted=2, rejected=1, errors=[said]
    )


def test_a_torn_line_is_one_refused_call(client: TestClient) -> None:
    told = post(client, LINES[:-40])

    assert (told["accepted"], told["rejected"]) == (1, 1)
    assert told["errors"][0]["message"].startswith("is no valid JSON: ")


def test_a_line_that_is_torn_first_does_not_cost_those_after_it(client: TestClient) -> None:
    told = post(client, b'{"id": "torn", ' + b"\n" + LINES)

    assert (told["accepted"], told["rejected"]) == (2, 1)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_are_none_cost_nothing_where_they_are_not_read(
    client: TestClient, number: float
) -> None:
    """Python writes them, and LiteLLM copies answers of models into its calls."""
    said = 'He said: "NaN", -Infinity \\'
    call = record(id="x", response={"logprobs": [number, said]}, messages=said)

    assert post(client, json.dumps([A, call]).encode()) == answer(accepted=2)
    assert post(client, json.dumps(call).encode()) == answer(duplicate=1)
    assert post(client, f"{json.dumps(B)}\n{json.dumps(call)}".encode()) == answer(
        accepted=1, duplicate=1
    )


def test_half_of_an_emoji_costs_nothing_where_it_is_not_read(client: TestClient) -> None:
    assert post(client, json.dumps([record(messages="\ud83d")]).encode()) == answer(accepted=1)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "it ends at byte 0"),
        (b"[", "it ends at byte 1"),
        (BOTH[:-3], f"it ends at byte {len(BOTH) - 3}"),
        (json.dumps(A).encode()[:-3], f"it ends at byte {len(json.dumps(A)) - 3}"),
        (json.dumps(A, indent=1).encode()[:-3], None),
        (b"nonsense", "JSON is malformed: invalid character (byte 1)"),
        (b"two\nlines", None),
        (b"\xff\xfe", None),
        (b"[" * 100_000, None),
        (BOTH.replace(b"120", b"NaNN"), None),
    ],
)
def test_a_malformed_body_is_refused_whole(
    client: TestClient, body: bytes, why: str | None
) -> None:
    posted = client.post(PATH, content=body, headers=JSON)

    detail = f"the body is no valid JSON: {why}" if why else posted.json()["detail"]
    assert (posted.status_code, posted.json()) == (400, problem(400, detail))
    assert client.get("/tokens/models").json() == NOTHING_STORED


def test_while_nothing_can_be_stored_litellm_is_told_to_try_again(
    client: TestClient, backend: Backend
) -> None:
    backend.writer.stop()

    posted = client.post(PATH, content=BOTH, headers=JSON)

    assert posted.status_code == 503
    assert posted.headers["retry-after"] == "2"
