"""The door of the VibeUsage CLI: half hours in, each in place of what was said of it before."""

from datetime import timedelta
from functools import partial

import pytest
from backend.tests.auth.people import bearer, key, token
from backend.tests.engines.plain import change, rows
from backend.tests.factories import SettableClock
from backend.tests.people_board.asking import bucket
from backend.tests.people_board.half_hours import AT, COUNTS, DAY, STORED, done, ingest, refused
from backend.tests.pricing.priced import CHANGE, price
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend, open_backend
from tokentally.api.server import create_backend
from tokentally.config import Settings
from tokentally.store.prices import add_prices
from tokentally.store.teams import assign_team
from tokentally.store.verify import differences
from tokentally_jobs.fold import fold_pending

pytestmark = pytest.mark.every_engine
SIGN_IN = True


def input_tokens(backend: Backend) -> int:
    [[found]] = rows(backend.settings.database_url, "SELECT sum(input_tokens) FROM token_event")
    return int(found or 0)


def assert_exact(backend: Backend) -> None:
    for fold in (lambda _: None, fold_pending):
        fold(backend)
        with backend.database.readers.connect() as connection:
            assert list(differences(connection, DAY)) == []


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


def test_a_half_hour_that_is_sent_again_stays_in_the_team_that_its_user_has_left(
    client: TestClient, device: dict[str, str], backend: Backend, clock: SettableClock
) -> None:
    backend.writer.run(partial(assign_team, user="ada", team_name="Blue")).result()
    ingest(client, device, bucket())
    backend.writer.run(partial(assign_team, user="ada", team_name="Red")).result()
    clock.now += timedelta(minutes=1)

    again = ingest(client, device, bucket()), ingest(client, device, bucket(output_tokens=500))

    teams = "SELECT team.name FROM token_event JOIN team ON team.id = team_id"
    assert again == (done(0, 1), done(1, 0))
    assert rows(backend.settings.database_url, teams) == [("Blue",)]
    assert_exact(backend)


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


def test_half_hours_of_sealed_days_are_skipped_lest_a_client_never_gets_past_them(
    client: TestClient, device: dict[str, str], database_url: str
) -> None:
    change(database_url, f"INSERT INTO sealed_day (day, sealed_at) VALUES ({DAY - 1}, 1)")  # noqa: S608
    old = bucket(hour_start="2026-11-20T10:30:00Z")

    assert ingest(client, device, old, bucket()) == done(1, 1)
    assert ingest(client, device, old) == done(0, 1)
    assert [row[3] for row in rows(database_url, STORED)] == [AT]
    told = "SELECT source, n FROM ingest_stat WHERE reason = 'day is sealed by retention'"
    assert rows(database_url, told) == [("codex", 2)]


def test_a_half_hour_that_the_store_refuses_is_named_and_counted_and_no_other_is_stored(
    client: TestClient, device: dict[str, str], backend: Backend, database_url: str
) -> None:
    dear = price("gpt-5.2-codex", input="1000000")
    backend.writer.run(partial(add_prices, prices=[dear], change=CHANGE)).result()

    status, said = refused(client, device, [bucket(model="o3"), bucket(input_tokens=10**9)])

    why = "the computed cost exceeds 1000000 USD"
    assert (status, said["error"].rpartition(": ")[2]) == (400, why)
    assert rows(database_url, STORED) == []
    told = rows(database_url, "SELECT source, kind, reason, n FROM ingest_stat")
    assert told == [("codex", "rejected", why, 1)]


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
