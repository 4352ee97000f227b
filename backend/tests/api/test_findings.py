"""What `GET /v1/health` finds in need of attention, in the words of `tokentally doctor`."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from backend.tests.api.store_health import AT, health, send
from backend.tests.auth.people import bearer, key
from backend.tests.engines.plain import change
from backend.tests.factories import SettableClock, event
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally_jobs.doctor import examine
from tokentally_jobs.fold import fold_pending
from tokentally_jobs.verify import verify_recent

pytestmark = pytest.mark.every_engine

SIGN_IN = True


def test_that_nothing_was_verified_is_told_once_a_job_has_had_the_time(
    client: TestClient, backend: Backend, clock: SettableClock
) -> None:
    send(client, backend, event(cost_usd="0"))
    fold_pending(backend)

    clock.now += timedelta(hours=1)
    young = health(client)["findings"]
    clock.now += timedelta(seconds=1)
    old = health(client)["findings"]

    unverified = {"line": "last verify: never", "fix": "`tokentally verify` does it"}
    assert (young, old) == ([], [unverified])


def late(_backend: Backend, clock: SettableClock) -> None:
    clock.now += timedelta(seconds=301)


def drifted(backend: Backend, _clock: SettableClock) -> None:
    fold_pending(backend)
    change(backend.settings.database_url, "UPDATE people_daily_usage SET requests = 7")
    verify_recent(backend)


def long_ago(backend: Backend, clock: SettableClock) -> None:
    fold_pending(backend)
    verify_recent(backend)
    clock.now += timedelta(days=1, seconds=1)


@pytest.mark.parametrize(
    ("damage", "findings"),
    [
        (
            late,
            [
                {
                    "line": "pending: 1 rows, the oldest for 301 s",
                    "fix": "`tokentally fold` folds them; `tokentally serve` or `worker` must be "
                    "running to do so",
                },
            ],
        ),
        (
            drifted,
            [
                {
                    "line": f"last verify: {AT}, 2 differences",
                    "fix": "`tokentally backfill` mends them, then `tokentally verify`",
                }
            ],
        ),
        (
            long_ago,
            [
                {
                    "line": f"last verify: {AT}, 0 differences",
                    "fix": "that is long ago: `tokentally verify` does it",
                }
            ],
        ),
    ],
)
def test_what_needs_attention_is_told_as_doctor_tells_it(
    client: TestClient,
    backend: Backend,
    clock: SettableClock,
    damage: Callable[[Backend, SettableClock], None],
    findings: list[dict[str, str]],
) -> None:
    secret = key(backend, "reader", "read")
    send(client, backend, event(cost_usd="0"))
    damage(backend, clock)

    told = health(client, bearer(secret))["findings"]

    with backend.database.readers.connect() as connection:
        lines = list(examine(connection, backend.settings, clock))
    assert told == findings
    assert [(each["line"], each["fix"]) for each in told] == [each for each in lines if each.fix]


def test_while_rollups_are_built_raw_events_are_not_counted_instead(
    client: TestClient, backend: Backend
) -> None:
    send(client, backend, event())
    fold_pending(backend)
    change(backend.settings.database_url, "DROP TABLE model_daily_usage")
    change(backend.settings.database_url, "DROP TABLE people_daily_usage")

    said = health(client)

    mend = "`tokentally backfill` rebuilds it, as a running server does by itself"
    missing = "missing or being rebuilt; answers come from raw events"
    names = ["model_daily_usage", "people_daily_usage", "people_total_usage"]
    assert (said["events"], said["unpriced"], said["rollups_building"]) == (None, None, names)
    assert said["findings"] == [{"line": f"{name}: {missing}", "fix": mend} for name in names]
