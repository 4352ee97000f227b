"""`GET /v1/health`: figures and findings of one moment, the same for all who may read."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from backend.tests.auth.people import LATER, bearer, key, token
from backend.tests.factories import NOW, SettableClock, event
from fastapi.testclient import TestClient
from sqlalchemy import text

from tokentally.api.backend import Backend
from tokentally.config import Settings
from tokentally_jobs.doctor import examine
from tokentally_jobs.fold import fold_pending
from tokentally_jobs.retention import retire_old_days
from tokentally_jobs.verify import verify_recent

pytestmark = pytest.mark.every_engine

SIGN_IN = True

AT = "2026-11-21T12:00:00.000000Z"
VERIFIED = {"started_at": AT, "duration_seconds": 0.0, "differences": 0}
NO_PRICE = (
    "`tokentally prices set {0} --effective-from DAY --input USD --output USD` or "
    "`tokentally aliases set {0} OTHER`, then `tokentally reprice --model {0}`"
)
READER = bearer(token("ada", name="Ada Lovelace", exp=LATER + 86_400))
NOTHING: dict[str, Any] = {
    "as_of": None,
    "events": 0,
    "pending": {"rows": 0, "oldest_seconds": 0.0},
    "last_fold": None,
    "last_verify": None,
    "rollups_building": [],
    "sealed_days": {"count": 0, "first": None, "last": None},
    "deliveries": {
        "first_day": "2026-11-15",
        "last_day": "2026-11-21",
        "mismatches": 0,
        "counts": [],
    },
    "unpriced": {"first_day": "2026-10-23", "last_day": "2026-11-21", "count": 0, "models": []},
    "findings": [],
}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"retention_days": 3})


def health(client: TestClient, headers: dict[str, str] = READER) -> dict[str, Any]:
    """The answer, less the parts that no test can know."""
    response = client.get("/v1/health", headers=headers)
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "no-store"
    said: dict[str, Any] = response.json()
    assert said.pop("data_version") >= 0
    database = said.pop("database")
    assert database.keys() == {"engine", "bytes"}
    assert database["engine"].startswith(("SQLite 3.", "PostgreSQL 1"))
    assert database["bytes"] > 10_000
    return said


def send(client: TestClient, backend: Backend, *events: object) -> None:
    gateway = bearer(key(backend, "gateway", "ingest:any"))
    assert client.post("/v1/events", json=events, headers=gateway).status_code == 200


def delivered(**counts: Any) -> dict[str, Any]:
    return {**NOTHING["deliveries"], **counts}


def one(kind: str, events: int = 1, source: str = "codex", reason: str = "") -> dict[str, Any]:
    return {"source": source, "kind": kind, "reason": reason, "events": events}


def unpriced(model: str, tokens: int, requests: int, **others: Any) -> dict[str, Any]:
    said = {"has_price": False, "fix": NO_PRICE.format(model)}
    return {"model": model, "unpriced_tokens": tokens, "requests": requests, **said, **others}


def listed(*models: dict[str, Any], count: int | None = None) -> dict[str, Any]:
    count = len(models) if count is None else count
    return {**NOTHING["unpriced"], "count": count, "models": list(models)}


def test_an_empty_store_is_well(client: TestClient) -> None:
    assert health(client) == NOTHING


def test_what_came_in_is_told_by_source_kind_and_reason(
    client: TestClient, backend: Backend, clock: SettableClock
) -> None:
    send(
        client,
        backend,
        event(event_id="1", cost_usd="0", user="eve", team="Green"),
        event(event_id="1", cost_usd="0", user="eve", team="Green"),
        event(event_id="2", source="claude", model="m", total_tokens=1),
        event(event_id="3", source="claude", model="m", cost_usd="1"),
        event(event_id="4", input_tokens=-1),
        "no object",
    )
    clock.now += timedelta(seconds=90)

    assert health(client) == NOTHING | {
        "as_of": AT,
        "events": 3,
        "pending": {"rows": 2, "oldest_seconds": 90.0},
        "deliveries": delivered(
            mismatches=1,
            counts=[
                one("rejected", source="", reason="no JSON object"),
                one("accepted", 2, source="claude"),
                one("mismatch", source="claude"),
                one("accepted"),
                one("duplicate"),
                one("rejected", reason="input_tokens must be an integer from 0 to 1000000000000"),
            ],
        ),
        "unpriced": listed(unpriced("m", 120, 2)),
        "findings": [],
    }


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


def test_the_last_fold_and_verify_are_told(
    client: TestClient, backend: Backend, clock: SettableClock
) -> None:
    send(client, backend, event(cost_usd="0"))
    clock.now += timedelta(seconds=5)
    fold_pending(backend)
    verify_recent(backend)

    at = "2026-11-21T12:00:05.000000Z"
    fold = {"started_at": at, "duration_seconds": 0.0, "rows": 1, "lag_seconds": 5.0}
    assert health(client) == NOTHING | {
        "as_of": AT,
        "events": 1,
        "last_fold": fold,
        "last_verify": VERIFIED | {"started_at": at},
        "deliveries": delivered(counts=[one("accepted")]),
    }


def late(_backend: Backend, clock: SettableClock) -> None:
    clock.now += timedelta(seconds=301)


def drifted(backend: Backend, _clock: SettableClock) -> None:
    fold_pending(backend)
    change(backend, "UPDATE people_daily_usage SET requests = 7")
    verify_recent(backend)


def long_ago(backend: Backend, clock: SettableClock) -> None:
    fold_pending(backend)
    verify_recent(backend)
    clock.now += timedelta(days=1, seconds=1)


def change(backend: Backend, statement: str) -> None:
    with backend.database.writer.begin() as connection:
        connection.execute(text(statement))


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
    change(backend, "DROP TABLE model_daily_usage")
    change(backend, "DROP TABLE people_daily_usage")

    said = health(client)

    mend = "`tokentally backfill` rebuilds it, as a running server does by itself"
    missing = "missing or being rebuilt; answers come from raw events"
    names = ["model_daily_usage", "people_daily_usage", "people_total_usage"]
    assert (said["events"], said["unpriced"], said["rollups_building"]) == (None, None, names)
    assert said["findings"] == [{"line": f"{name}: {missing}", "fix": mend} for name in names]


def test_sealed_days_are_told(client: TestClient, backend: Backend) -> None:
    days = [(NOW - timedelta(days=back)).isoformat() for back in (0, 4, 7)]
    send(client, backend, *(event(event_id=day, occurred_at=day) for day in days))
    fold_pending(backend)
    retire_old_days(backend)

    said = health(client)

    assert said["events"] == 3
    assert said["sealed_days"] == {"count": 2, "first": "2026-11-14", "last": "2026-11-17"}


def test_models_without_a_price_are_those_of_thirty_days(
    client: TestClient, backend: Backend
) -> None:
    def used(name: str, days: int, **others: Any) -> dict[str, Any]:
        at = (NOW - timedelta(days=days)).isoformat()
        return event(event_id=f"{name}-{days}", model=name, occurred_at=at, **others)

    send(client, backend, used("old", 30), used("some", 29), used("some", 30))
    send(client, backend, used("more", 0, input_tokens=101), used("more", 1, cost_usd="1"))

    assert health(client)["unpriced"] == listed(unpriced("more", 121, 2), unpriced("some", 120, 1))


def test_of_many_models_the_first_are_listed_and_all_are_counted(
    client: TestClient, backend: Backend
) -> None:
    names = [f"m{number:02}" for number in range(25)]
    send(client, backend, *(event(event_id=name, model=name) for name in names))

    said = health(client)["unpriced"]

    assert said == listed(*(unpriced(name, 120, 1) for name in names[:20]), count=25)


def test_an_administrator_is_told_the_same_and_nobody_is_named(
    client: TestClient, backend: Backend
) -> None:
    send(client, backend, event(user="eve@example.com", team="Green"))
    admin = bearer(key(backend, "grace", "admin", is_admin=True))

    said = [client.get("/v1/health", headers=headers).text for headers in (READER, READER, admin)]

    assert said[1] == said[2]
    assert not any(name in said[1] for name in ("eve@", "Lovelace", "grace", "gateway"))
