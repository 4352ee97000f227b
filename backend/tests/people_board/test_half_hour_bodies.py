"""Bodies at the door of the VibeUsage CLI: the forms that are taken, and what refuses a batch."""

import gzip
from typing import Any

import msgspec
import pytest
from backend.tests.engines.plain import rows
from backend.tests.people_board.asking import INGEST, bucket
from backend.tests.people_board.half_hours import (
    AT,
    COUNTS,
    EXPECTED,
    NO_COUNT,
    NO_HALF_HOUR,
    STORED,
    done,
    ingest,
    refused,
)
from fastapi.testclient import TestClient

pytestmark = pytest.mark.every_engine
SIGN_IN = True


@pytest.mark.parametrize("prefix", ["", "/api"])
@pytest.mark.parametrize(
    "content",
    [
        {"hourly": [bucket()]},
        [bucket()],
        {"data": [bucket()]},
        {"data": {"hourly": [bucket()]}, "device": "mine"},
    ],
)
def test_a_bucket_becomes_an_event_in_every_form_of_the_body(
    client: TestClient, device: dict[str, str], database_url: str, prefix: str, content: Any
) -> None:
    response = client.post(prefix + INGEST, json=content, headers=device)

    assert (response.status_code, response.json()) == (200, done(1, 0))
    assert rows(database_url, STORED) == [
        ("ada", "codex", "gpt-5.2-codex", AT, 0, 1200, 200, 300, 50)
    ]


@pytest.mark.parametrize(
    "content",
    [
        {},
        None,
        1,
        "hourly",
        {"hourly": None},
        {"hourly": {"data": []}},
        {"data": {"data": []}},
        {"data": {}},
        {"buckets": []},
    ],
)
def test_another_form_of_the_body_is_refused(
    client: TestClient, device: dict[str, str], content: Any
) -> None:
    assert refused(client, device, content) == (400, {"error": EXPECTED})


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'[{"hour_start":"\\ud800"}]'])
def test_what_is_no_json_is_refused(
    client: TestClient, device: dict[str, str], body: bytes
) -> None:
    headers = device | {"Content-Type": "application/json"}

    response = client.post(INGEST, content=body, headers=headers)

    assert (response.status_code, response.json()) == (400, {"error": "Invalid JSON"})


def test_gzip_is_taken_and_other_types_and_encodings_are_not(
    client: TestClient, device: dict[str, str]
) -> None:
    body = msgspec.json.encode([bucket()])
    json = device | {"Content-Type": "application/json"}

    packed = client.post(
        INGEST, content=gzip.compress(body), headers=json | {"Content-Encoding": "gzip"}
    )
    others = [
        client.post(INGEST, content=body, headers=headers).status_code
        for headers in (
            device,
            device | {"Content-Type": "application/x-ndjson"},
            json | {"Content-Encoding": "br"},
        )
    ]

    assert (packed.status_code, packed.json()) == (200, done(1, 0))
    assert others == [415, 415, 415]


def test_no_buckets_are_fine_and_500_and_501_are_too_many(
    client: TestClient, device: dict[str, str], database_url: str
) -> None:
    most = [bucket(model=f"model-{n}") for n in range(500)]

    assert ingest(client, device) == done(0, 0)
    assert rows(database_url, "SELECT * FROM user_sync") == []
    assert ingest(client, device, *most) == done(500, 0)
    assert refused(client, device, [*most, bucket()]) == (
        413,
        {"error": "Too many buckets (max 500)"},
    )
    assert len(rows(database_url, STORED)) == 500


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"hour_start": None}, NO_HALF_HOUR),
        ({"hour_start": ""}, NO_HALF_HOUR),
        ({"hour_start": 1_795_257_000}, NO_HALF_HOUR),
        ({"hour_start": "2026-11-21"}, NO_HALF_HOUR),
        ({"hour_start": "2026-11-21T10:30:00"}, NO_HALF_HOUR),
        ({"hour_start": "2026-11-21T10:31:00Z"}, NO_HALF_HOUR),
        ({"hour_start": "2026-11-21T10:30:01Z"}, NO_HALF_HOUR),
        ({"hour_start": "2026-11-21T10:30:00.001Z"}, NO_HALF_HOUR),
        ({"hour_start": "2026-11-21T10:30:00.000000001Z"}, NO_HALF_HOUR),
        ({"hour_start": "2026-11-21T10:15:00+05:30"}, NO_HALF_HOUR),
        ({"hour_start": "2014-12-31T23:30:00Z"}, "hour_start must not be before 2015-01-01"),
        (
            {"hour_start": "2026-11-22T12:30:00Z"},
            "hour_start must not be more than 24 hours in the future",
        ),
        ({"input_tokens": 10**12 + 1}, "input_tokens must be an integer from 0 to 1000000000000"),
        ({"output_tokens": 10**30}, "output_tokens must be an integer from 0 to 1000000000000"),
        ({"source": 7}, "source must be text of at most 64 characters"),
        ({"source": "x" * 65}, "source must be text of at most 64 characters"),
        ({"model": ["o3"]}, "model must be text of at most 200 characters"),
        ({"model": "x" * 201}, "model must be text of at most 200 characters"),
        (
            {"model": "a\0b"},
            "model must not contain a NUL character or half a surrogate pair",
        ),
    ],
)
def test_one_bad_bucket_refuses_the_batch(
    client: TestClient,
    device: dict[str, str],
    database_url: str,
    wrong: dict[str, Any],
    said: str,
) -> None:
    status, told = refused(client, device, [bucket(), bucket(**wrong)])

    assert status == 400
    assert told["error"].removeprefix("hourly[1]: ") == said
    assert rows(database_url, STORED) == []


def test_what_is_no_count_refuses_the_batch_too(
    client: TestClient, device: dict[str, str], database_url: str
) -> None:
    no_counts: tuple[Any, ...] = (None, -1, 1.5, 1.0, True, "-1", "1.0", "", " 1", "٣", [], {})
    for name in COUNTS:
        for wrong in no_counts:
            said = refused(client, device, [bucket(), bucket(**{name: wrong})])

            assert said == (400, {"error": NO_COUNT}), (name, wrong)
    without = [{key: value for key, value in bucket().items() if key != name} for name in COUNTS]
    assert {refused(client, device, [each])[1]["error"] for each in without} == {NO_COUNT}
    assert rows(database_url, STORED) == []


@pytest.mark.parametrize("entry", [None, 7, "bucket", []])
def test_what_is_no_object_is_no_bucket(
    client: TestClient, device: dict[str, str], entry: Any
) -> None:
    assert refused(client, device, [entry]) == (400, {"error": "Invalid half-hour bucket"})


def test_what_a_field_may_leave_out_or_spell_otherwise(
    client: TestClient, device: dict[str, str], database_url: str
) -> None:
    least = {name: value for name, value in bucket().items() if name not in ("source", "model")}
    given = [
        least,
        bucket(source=" CLAUDE ", model=None, hour_start="2026-11-21T12:30:00+02:00"),
        bucket(source="", model=" Vendor/O3 ", input_tokens="0012", total_tokens="312", user="eve"),
    ]

    assert ingest(client, device, *given) == done(3, 0)
    assert rows(database_url, STORED) == [
        ("ada", "claude", "unknown", AT, 0, 1200, 200, 300, 50),
        ("ada", "codex", "unknown", AT, 0, 1200, 200, 300, 50),
        ("ada", "codex", "vendor/o3", AT, 1, 212, 200, 350, 50),
    ]
