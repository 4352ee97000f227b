"""`GET /v1/health`: figures and findings of one moment, the same for all who may read."""

from datetime import timedelta
from typing import Any

import pytest
from backend.tests.api.store_health import AT, NOTHING, READER, health, send
from backend.tests.auth.people import bearer, key
from backend.tests.factories import NOW, SettableClock, event, no_price
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.config import Settings
from tokentally_jobs.fold import fold_pending
from tokentally_jobs.retention import retire_old_days
from tokentally_jobs.verify import verify_recent

pytestmark = pytest.mark.every_engine

SIGN_IN = True
VERIFIED = {"started_at": AT, "duration_seconds": 0.0, "differences": 0}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"retention_days": 3})


def delivered(**counts: Any) -> dict[str, Any]:
    return {**NOTHING["deliveries"], **counts}


def one(kind: str, events: int = 1, source: str = "codex", reason: str = "") -> dict[str, Any]:
    return {"source": source, "kind": kind, "reason": reason, "events": events}


def unpriced(model: str, tokens: int, requests: int, **others: Any) -> dict[str, Any]:
    said = {"has_price": False, "fix": no_price(model)}
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
