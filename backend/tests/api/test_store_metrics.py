"""What `GET /metrics` tells of the store."""

from datetime import timedelta

import pytest
from backend.tests.api.scraping import of_store, scraped
from backend.tests.engines.plain import change
from backend.tests.factories import NOW, SettableClock, event
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend, open_backend
from tokentally.api.server import create_backend
from tokentally.api.store_metrics import MAX_SOURCES
from tokentally.config import Settings
from tokentally_jobs.fold import fold_pending
from tokentally_jobs.verify import verify_recent


def outcomes(**counts: float) -> dict[str, float]:
    kinds = dict.fromkeys(("accepted", "duplicate", "updated", "superseded"), 0) | counts
    return {f"events_total outcome={kind}": n for kind, n in kinds.items()}


NOTHING = {
    **outcomes(),
    "database_up": 1,
    "pending_rows": 0,
    "oldest_pending_seconds": 0,
    "data_version": 0,
}


@pytest.mark.every_engine
def test_of_an_empty_store_nothing_is_made_up(client: TestClient) -> None:
    assert of_store(scraped(client)) == NOTHING


@pytest.mark.every_engine
def test_deliveries_are_counted_by_how_they_ended(client: TestClient) -> None:
    sent = [
        event(event_id="1", total_tokens=120),
        event(event_id="1"),
        event(event_id="1", revision=2, output_tokens=30),
        event(event_id="1", revision=1),
        event(event_id="2", source="Claude", total_tokens=1),
        event(event_id="3", input_tokens=-1),
        event(event_id="4", source="claude", input_tokens=-1),
    ]

    for one in sent:
        client.post("/v1/events", json=[one])

    told = of_store(scraped(client))
    refused = {name: n for name, n in told.items() if "rejected" in name}
    assert {name: n for name, n in told.items() if name.startswith("events_total")} == outcomes(
        accepted=2, duplicate=1, updated=1, superseded=1
    )
    assert refused == {
        "events_rejected_total reason=input_tokens must be an integer from 0 to"
        " 1000000000000 source=codex": 1,
        "events_rejected_total reason=input_tokens must be an integer from 0 to"
        " 1000000000000 source=claude": 1,
    }
    assert told["total_mismatch_total source=claude"] == 1
    assert told["data_version"] > 0


@pytest.mark.every_engine
def test_what_waits_and_what_the_jobs_did_is_told(
    client: TestClient, backend: Backend, clock: SettableClock
) -> None:
    client.post("/v1/events", json=[event(event_id=name, model=name) for name in "abc"])
    clock.now += timedelta(seconds=7)
    waiting = of_store(scraped(client))
    fold_pending(backend)
    clock.now += timedelta(seconds=5)
    verify_recent(backend)
    done = of_store(scraped(client))

    assert (waiting["pending_rows"], waiting["oldest_pending_seconds"]) == (3, 7)
    assert "fold_lag_seconds" not in waiting
    assert "rollup_drift" not in waiting
    assert (done["pending_rows"], done["oldest_pending_seconds"]) == (0, 0)
    assert (done["fold_lag_seconds"], done["fold_duration_seconds"]) == (7, 0)
    assert done["rollup_drift"] == 0
    verified_at = (NOW + timedelta(seconds=12)).timestamp()
    assert done["last_verify_timestamp_seconds"] == verified_at


@pytest.mark.every_engine
def test_drift_is_told_until_a_later_check_finds_none(client: TestClient, backend: Backend) -> None:
    client.post("/v1/events", json=[event()])
    fold_pending(backend)
    change(backend.settings.database_url, "UPDATE model_daily_usage SET requests = requests + 1")
    verify_recent(backend)
    drifted = of_store(scraped(client))
    change(backend.settings.database_url, "UPDATE model_daily_usage SET requests = requests - 1")
    verify_recent(backend)

    assert drifted["rollup_drift"] == 1
    assert of_store(scraped(client))["rollup_drift"] == 0


@pytest.mark.every_engine
def test_every_process_says_the_same_of_the_store(
    client: TestClient, settings: Settings, clock: SettableClock
) -> None:
    client.post("/v1/events", json=[event(), event(event_id="bad", input_tokens=-1)])
    other = open_backend(settings, clock)
    with TestClient(create_backend(other), base_url="http://localhost") as elsewhere:
        here, there = of_store(scraped(client)), of_store(scraped(elsewhere))
    other.close()

    assert here == there


def test_sources_without_end_share_one_label_and_no_counter_goes_down(
    client: TestClient, clock: SettableClock
) -> None:
    seen: dict[str, float] = {}
    for day in range(4):
        names = [f"{'zyxw'[day]}-{n}" for n in range(MAX_SOURCES // 2)]
        client.post("/v1/events", json=[event(source=name, input_tokens=-1) for name in names])
        clock.now += timedelta(days=1)
        told = of_store(scraped(client))
        now = {name: n for name, n in told.items() if "events_rejected" in name}
        assert all(now[name] >= n for name, n in seen.items())
        seen = now

    others = {name: n for name, n in seen.items() if name.endswith("source=(other)")}
    assert len(seen) == MAX_SOURCES + 1
    assert list(others.values()) == [MAX_SOURCES]
    assert sum(seen.values()) == 2 * MAX_SOURCES
