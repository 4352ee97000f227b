"""The door of the VibeUsage CLI: half hours in, each in place of what was said of it before."""

import gzip
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from backend.tests.auth.people import bearer, key, token
from backend.tests.engines.plain import change, rows
from backend.tests.factories import SettableClock
from backend.tests.people_board.asking import INGEST, bucket
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend, open_backend
from tokentally.api.server import create_backend
from tokentally.config import Settings
from tokentally.store.verify import differences
from tokentally_jobs.fold import fold_pending

pytestmark = pytest.mark.every_engine
SIGN_IN = True

DAY = 20_778
COUNTS = (
    "input_tokens",
    "cached_input_tokens",
    "output_tokens",
    "reasoning_output_tokens",
    "total_tokens",
)
NO_COUNT = "Token fields must be non-negative integers"
NO_HALF_HOUR = "hour_start must be an ISO timestamp at UTC half-hour boundary"
EXPECTED = "Invalid payload: expected {hourly:[...]} or [...]"
STORED = (
    "SELECT app_user.name, source.name, model.name, occurred_at, mode, input_tokens,"
    " cached_input_tokens, output_tokens, reasoning_output_tokens FROM token_event"
    " JOIN app_user ON app_user.id = user_id JOIN source ON source.id = source_id"
    " JOIN model ON model.id = model_id ORDER BY 1, 2, 3, 4, 6"
)
AT = 1_795_257_000_000_000
"""2026-11-21T10:30:00Z."""


@pytest.fixture
def device(backend: Backend) -> dict[str, str]:
    """A device of ada's."""
    return bearer(key(backend, "ada", "ingest"))


def ingest(client: TestClient, device: dict[str, str], *buckets: dict[str, Any]) -> Any:
    response = client.post(INGEST, json={"hourly": buckets}, headers=device)
    assert response.status_code == 200, response.text
    return response.json()


def done(inserted: int, skipped: int) -> dict[str, Any]:
    return {"success": True, "inserted": inserted, "skipped": skipped}


def refused(client: TestClient, device: dict[str, str], content: Any) -> tuple[int, Any]:
    headers = device | {"Content-Type": "application/json"}
    response = client.post(INGEST, content=msgspec.json.encode(content), headers=headers)
    return response.status_code, response.json()


def input_tokens(backend: Backend) -> int:
    [[found]] = rows(backend.settings.database_url, "SELECT sum(input_tokens) FROM token_event")
    return int(found or 0)


def assert_exact(backend: Backend) -> None:
    for fold in (lambda _: None, fold_pending):
        fold(backend)
        with backend.database.readers.connect() as connection:
            assert list(differences(connection, DAY)) == []


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


def test_the_last_of_a_batch_counts_and_the_others_are_skipped(
    client: TestClient, device: dict[str, str], backend: Backend
) -> None:
    again = [
        bucket(input_tokens=900),
        bucket(input_tokens=800, model="GPT-5.2-codex "),
        bucket(input_tokens=700, hour_start="2026-11-21T11:30:00+01:00"),
        bucket(input_tokens=205, model="o3"),
    ]

    assert ingest(client, device, *again) == done(2, 2)
    assert input_tokens(backend) == 905
    assert_exact(backend)


def test_a_later_batch_takes_the_place_of_an_earlier_downwards_too(
    client: TestClient, device: dict[str, str], backend: Backend, clock: SettableClock
) -> None:
    told = []
    for tokens in (900, 1200, 300, 300, 0, 450):
        told.append(ingest(client, device, bucket(input_tokens=tokens, cached_input_tokens=0)))
        assert input_tokens(backend) == tokens
        assert_exact(backend)
        clock.now += timedelta(minutes=1)

    assert told == [done(1, 0)] * 3 + [done(0, 1)] + [done(1, 0)] * 2


def test_it_does_so_while_the_clock_stands_or_goes_back(
    client: TestClient, device: dict[str, str], backend: Backend, clock: SettableClock
) -> None:
    for tokens, minutes in ((900, 0), (300, 0), (700, -5), (200, 3)):
        clock.now += timedelta(minutes=minutes)
        ingest(client, device, bucket(input_tokens=tokens, cached_input_tokens=0))

        assert input_tokens(backend) == tokens


def test_zeros_take_everything_back(
    client: TestClient, device: dict[str, str], backend: Backend
) -> None:
    ingest(client, device, bucket())
    fold_pending(backend)

    assert ingest(client, device, bucket(**dict.fromkeys(COUNTS, 0))) == done(1, 0)

    url = backend.settings.database_url
    [sums] = rows(
        url,
        "SELECT input_tokens, output_tokens, unpriced_tokens FROM token_event, "
        "(SELECT sum(unpriced_tokens) AS unpriced_tokens FROM (SELECT unpriced_tokens "
        "FROM pending_usage UNION ALL SELECT unpriced_tokens FROM people_daily_usage) p) s",
    )
    assert [int(n) for n in sums] == [0, 0, 0]
    assert_exact(backend)


def test_two_devices_of_a_user_add_up_and_so_does_a_token(
    client: TestClient, device: dict[str, str], backend: Backend
) -> None:
    other, by_token = bearer(key(backend, "ada", "ingest")), bearer(token("ada"))
    for headers in (device, other, by_token, device, other, by_token):
        ingest(client, headers, bucket(input_tokens=100, cached_input_tokens=0))

    assert input_tokens(backend) == 300
    assert ingest(client, other, bucket(input_tokens=1, cached_input_tokens=0)) == done(1, 0)
    assert input_tokens(backend) == 201


def test_users_are_apart_and_a_gateway_s_key_names_nobody(
    client: TestClient, backend: Backend, database_url: str
) -> None:
    for headers in (
        bearer(key(backend, "ada", "ingest")),
        bearer(key(backend, "gateway", "ingest:any")),
    ):
        ingest(client, headers, bucket(user="eve", team="Theirs"))

    assert [row[0] for row in rows(database_url, STORED)] == ["ada", "gateway"]


def test_a_sealed_day_is_named_and_nothing_of_the_batch_is_stored(
    client: TestClient, device: dict[str, str], database_url: str
) -> None:
    change(database_url, f"INSERT INTO sealed_day (day, sealed_at) VALUES ({DAY - 1}, 1)")  # noqa: S608

    said = refused(client, device, [bucket(), bucket(hour_start="2026-11-20T10:30:00Z")])

    what = "codex gpt-5.2-codex 2026-11-20T10:30:00.000000Z"
    assert said == (400, {"error": f"{what}: day is sealed by retention"})
    assert rows(database_url, STORED) == []


def test_what_is_sent_later_stands_though_the_clock_was_set_back(
    client: TestClient,
    device: dict[str, str],
    clock: SettableClock,
    settings: Settings,
    database_url: str,
) -> None:
    ingest(client, device, bucket(input_tokens=100, cached_input_tokens=0))
    clock.now -= timedelta(hours=1)
    other = open_backend(settings, clock)
    with TestClient(create_backend(other)) as after_a_restart:
        again = ingest(after_a_restart, device, bucket(input_tokens=20, cached_input_tokens=0))
    other.close()

    assert again == done(1, 0)
    assert [row[5] for row in rows(database_url, STORED)] == [20]
