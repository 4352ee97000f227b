"""Half hours of use as devices send them: every form of a batch, and the words of each refusal."""

import json
from typing import Any

import pytest
from backend.tests.dashboard_oracle.asking import answered
from backend.tests.factories import SettableClock
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally_jobs.fold import fold_pending

INGEST, PING = "/functions/vibeusage-ingest", "/functions/vibeusage-sync-ping"
JSON = {"content-type": "application/json"}
NO_BATCH = "Invalid payload: expected {hourly:[...]} or [...]"
NO_COUNTS = [-1, 1.5, "1.5", "-1", "", " ", "x", True, None, [], {}, "1e3"]
NO_COUNT = "Token fields must be non-negative integers"
COUNTS = (
    "input_tokens",
    "cached_input_tokens",
    "output_tokens",
    "reasoning_output_tokens",
    "total_tokens",
)


def bucket(**overrides: Any) -> dict[str, Any]:
    """Half an hour of use: 100 tokens in, 40 of them cached, and 20 out, 5 of them reasoning."""
    counts = dict(zip(COUNTS, (100, 40, 20, 5, 120), strict=True))
    return {"hour_start": "2026-11-21T10:30:00.000Z", **counts} | overrides


def of(total: int, **overrides: Any) -> dict[str, Any]:
    """A bucket of so many tokens, all of them input."""
    counts = dict(zip(COUNTS, (total, 0, 0, 0, total), strict=True))
    return bucket(**counts | overrides)


def sent(client: TestClient, body: Any) -> tuple[int, Any]:
    response = client.post(INGEST, content=json.dumps(body), headers=JSON)
    return response.status_code, response.json()


def stored(inserted: int, skipped: int = 0) -> tuple[int, Any]:
    """The answer to a batch that was taken."""
    return 200, {"success": True, "inserted": inserted, "skipped": skipped}


def used(client: TestClient) -> dict[tuple[str, str], dict[str, str]]:
    """The five sums by source and model."""
    sources = answered(client, "breakdown", {})["sources"]
    return {
        (source["source"], each["model"]): {name: each["totals"][name] for name in COUNTS}
        for source in sources
        for each in source["models"]
    }


def total(client: TestClient) -> str:
    found: str = answered(client, "summary", {})["totals"]["total_tokens"]
    return found


@pytest.mark.every_engine
@pytest.mark.parametrize("form", ["hourly", "bare", "data", "data.hourly"])
def test_a_batch_may_be_wrapped_in_four_ways(client: TestClient, form: str) -> None:
    batch = [
        bucket(),
        bucket(hour_start="2026-11-21T05:30:00+05:30", source=" Claude ", model="O3"),
    ]
    body = {
        "hourly": {"hourly": batch},
        "bare": batch,
        "data": {"data": batch},
        "data.hourly": {"data": {"hourly": batch}},
    }[form]

    answer = sent(client, body)

    counts = dict(zip(COUNTS, ("100", "40", "20", "5", "120"), strict=True))
    assert answer == stored(2)
    assert used(client) == {("claude", "o3"): counts, ("codex", "unknown"): counts}
    slots = answered(client, "hourly", {"day": "2026-11-21"})["data"]
    assert [row["hour"] for row in slots if row["total_tokens"] != "0"] == [
        "2026-11-21T00:00:00",
        "2026-11-21T10:30:00",
    ]


@pytest.mark.parametrize(
    "body", [{}, 1, "x", None, True, {"hourly": {}}, {"hourly": None}, {"data": {}}, {"data": 1}]
)
def test_other_forms_are_refused(client: TestClient, body: Any) -> None:
    assert sent(client, body) == (400, {"error": NO_BATCH})


def test_a_batch_has_500_buckets_at_most(client: TestClient) -> None:
    most = [of(1, model=f"model-{n}") for n in range(500)]

    assert sent(client, [*most, of(1)]) == (413, {"error": "Too many buckets (max 500)"})
    assert total(client) == "0"
    assert sent(client, most) == stored(500)
    assert total(client) == "500"
    assert sent(client, []) == stored(0)


@pytest.mark.parametrize("name", COUNTS)
def test_counts_are_whole_numbers(client: TestClient, name: str) -> None:
    for count in NO_COUNTS:
        answer = sent(client, [bucket(source="good"), bucket(**{name: count})])
        assert answer == (400, {"error": NO_COUNT}), count
    assert used(client) == {}


@pytest.mark.parametrize("name", COUNTS)
def test_each_count_is_required(client: TestClient, name: str) -> None:
    bad = {field: value for field, value in bucket().items() if field != name}

    assert sent(client, [bad]) == (400, {"error": NO_COUNT})


def test_counts_may_be_text(client: TestClient) -> None:
    assert sent(client, [bucket(**{name: str(bucket()[name]) for name in COUNTS})]) == stored(1)
    assert total(client) == "120"


@pytest.mark.parametrize(
    "start",
    [
        "2026-11-21T10:15:00Z",
        "2026-11-21T10:30:01Z",
        "2026-11-21T10:30:00.000001Z",
        "2026-11-21T10:30:00+05:45",
        "2026-11-21T10:30:00",
        "2026-11-21",
        "2026-02-30T10:30:00Z",
        "now",
        "",
        None,
        1_795_000_200,
    ],
)
def test_a_bucket_starts_on_a_half_hour(client: TestClient, start: Any) -> None:
    status, answer = sent(client, [bucket(), bucket(hour_start=start)])

    assert (status, list(answer)) == (400, ["error"])
    assert used(client) == {}


@pytest.mark.every_engine
def test_what_is_sent_again_takes_the_place_of_what_was(
    client: TestClient, backend: Backend, clock: SettableClock
) -> None:
    totals = []
    for batch in ([of(7)], [of(3)], [of(5), of(4)], [of(0)], [of(6)]):
        clock.now = clock.now.replace(second=clock.now.second + 1)
        assert sent(client, batch)[0] == 200
        totals.append(total(client))
        fold_pending(backend)

    assert totals == ["7", "3", "4", "0", "6"]
    other = [of(10, source="x"), of(100, model="x"), of(1000, hour_start="2026-11-21T11:00:00Z")]
    assert sent(client, other) == stored(3)
    assert total(client) == "1116"


def test_of_two_with_one_name_in_a_batch_the_last_stands(client: TestClient) -> None:
    assert sent(client, [of(7), of(9, model="x"), of(3), of(5)]) == stored(2, skipped=2)
    assert total(client) == "14"


@pytest.mark.every_engine
def test_a_ping_notes_that_a_device_is_there(client: TestClient, clock: SettableClock) -> None:
    def ping() -> Any:
        answer = client.post(PING).json()
        assert sorted(answer) == ["last_sync_at", "min_interval_minutes", "success", "updated"]
        assert answer["min_interval_minutes"] == 30
        assert answer["success"] is True
        seen = answered(client, "hourly", {})["sync"]["last_sync_at"]
        assert seen.isoformat()[:19] == answer["last_sync_at"][:19]
        return answer["updated"], answer["last_sync_at"][:19]

    assert ping() == (True, "2026-11-21T12:00:00")
    clock.now = clock.now.replace(minute=5)
    assert ping()[0] is False
    sent(client, [bucket()])
    assert ping() == (False, "2026-11-21T12:05:00")
    clock.now = clock.now.replace(minute=45)
    assert ping() == (True, "2026-11-21T12:45:00")
