"""`POST /v1/events`: 10,000 events and 16 MiB, enforced before the memory is used."""

import gzip
import json
import tracemalloc
from time import process_time

import pytest
from backend.tests.factories import NOTHING_STORED, answer, event, problem
from fastapi.testclient import TestClient

JSON = {"Content-Type": "application/json"}
NDJSON = {"Content-Type": "application/x-ndjson"}
ZIPPED = JSON | {"Content-Encoding": "gzip"}
MIB = 1024 * 1024
TOO_LARGE = problem(413, "the body is larger than 16 MiB")


def assert_refused(client: TestClient, body: bytes, headers: dict[str, str], status: int) -> str:
    posted = client.post("/v1/events", content=body, headers=headers)
    detail: str = posted.json()["detail"]
    assert (posted.status_code, posted.json()) == (status, problem(status, detail))
    assert posted.headers["content-type"] == "application/problem+json"
    assert client.get("/tokens/models").json() == NOTHING_STORED
    return detail


@pytest.mark.parametrize("headers", [JSON, NDJSON])
def test_ten_thousand_events_are_taken_and_one_more_is_too_many(
    client: TestClient, headers: dict[str, str]
) -> None:
    texts = [json.dumps(event(event_id=str(n))) for n in range(10_001)]

    def body(count: int) -> bytes:
        some = texts[:count]
        return ("\n".join(some) if headers is NDJSON else f"[{','.join(some)}]").encode()

    detail = assert_refused(client, body(10_001), headers, 413)
    taken = client.post("/v1/events", content=body(10_000), headers=headers)

    assert detail == "10001 events in one request; at most 10000 are taken"
    assert taken.json() == answer(accepted=10_000)


def test_sixteen_mebibytes_are_taken_and_one_byte_more_is_too_large(client: TestClient) -> None:
    text = json.dumps([event()]).encode()

    assert_refused(client, text.ljust(16 * MIB + 1), JSON, 413)
    taken = client.post("/v1/events", content=text.ljust(16 * MIB), headers=JSON)

    assert taken.json() == answer(accepted=1)


@pytest.mark.parametrize("headers", [JSON, NDJSON, ZIPPED])
def test_seventeen_mebibytes_are_too_large(client: TestClient, headers: dict[str, str]) -> None:
    detail = assert_refused(client, b" " * (17 * MIB), headers, 413)

    assert detail == "the body is larger than 16 MiB"


def test_the_limit_holds_for_what_a_gzip_body_unpacks_to(client: TestClient) -> None:
    text = json.dumps([event()]).encode()

    detail = assert_refused(client, gzip.compress(text.ljust(16 * MIB + 1), 1), ZIPPED, 413)
    fits = client.post("/v1/events", content=gzip.compress(text.ljust(16 * MIB), 1), headers=ZIPPED)

    assert detail == "the body is larger than 16 MiB"
    assert fits.json() == answer(accepted=1)


@pytest.mark.parametrize("members", [1, 100])
def test_a_gzip_bomb_is_refused_in_little_memory(client: TestClient, members: int) -> None:
    bomb = gzip.compress(b" " * (100 * MIB // members), 6) * members

    tracemalloc.start()
    try:
        assert_refused(client, bomb, ZIPPED, 413)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 50 * MIB


def test_many_tiny_gzip_members_take_time_in_proportion(client: TestClient) -> None:
    body = gzip.compress(json.dumps([event()]).encode()) + gzip.compress(b" ") * 300_000
    started = process_time()

    posted = client.post("/v1/events", content=body, headers=ZIPPED)

    assert posted.json() == answer(accepted=1)
    assert process_time() - started < 6


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (gzip.compress(b"[]", mtime=0)[:-1], "the gzip body is cut off"),
        (gzip.compress(b"[]", mtime=0)[:12], "the gzip body is cut off"),
        (
            gzip.compress(b"[", mtime=0) + gzip.compress(b"]", mtime=0)[:-4],
            "the gzip body is cut off",
        ),
        (
            b"[]",
            "the body is no valid gzip: Error -3 while decompressing data: incorrect header check",
        ),
        (
            gzip.compress(b"[]", mtime=0) + b"[]",
            "the body is no valid gzip: Error -3 while decompressing data: incorrect header check",
        ),
        (
            gzip.compress(b"[]", mtime=0)[:-8] + bytes(8),
            "the body is no valid gzip: Error -3 while decompressing data: incorrect data check",
        ),
    ],
)
def test_a_broken_gzip_body_is_refused(client: TestClient, body: bytes, detail: str) -> None:
    assert assert_refused(client, body, ZIPPED, 400) == detail


def test_a_gzip_body_of_nothing_is_an_empty_body(client: TestClient) -> None:
    detail = assert_refused(client, gzip.compress(b""), ZIPPED, 400)

    assert detail == "the body is no valid JSON: it ends at byte 0"
    assert assert_refused(client, b"", ZIPPED, 400) == "the gzip body is cut off"
