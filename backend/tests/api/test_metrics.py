"""`GET /metrics`, read as Prometheus reads it."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Event

import pytest
from backend.tests.factories import NOW, SettableClock, event
from fastapi.testclient import TestClient
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as openmetrics_families,
)
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Connection, text

from tokentally.api.backend import Backend, open_backend
from tokentally.api.probe import Probe
from tokentally.api.server import create_backend
from tokentally.api.store_metrics import MAX_SOURCES
from tokentally.config import Settings
from tokentally.queries.health import Health, health
from tokentally_jobs.fold import fold_pending
from tokentally_jobs.verify import verify_recent

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def scraped(client: TestClient) -> Samples:
    """Every sample of a scrape, by name and labels."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    samples = [sample for family in families for sample in family.samples]
    read = {(s.name, frozenset(s.labels.items())): s.value for s in samples}
    assert len(read) == len(samples), "a sample came twice"
    return read


def of_store(samples: Samples) -> dict[str, float]:
    """The samples that are about the store, with their labels written out."""
    return {
        " ".join([name.removeprefix("tokentally_"), *(f"{k}={v}" for k, v in sorted(labels))]): n
        for (name, labels), n in samples.items()
        if name.startswith("tokentally_") and "_http_" not in name
    }


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
    change(backend, "UPDATE model_daily_usage SET requests = requests + 1")
    verify_recent(backend)
    drifted = of_store(scraped(client))
    change(backend, "UPDATE model_daily_usage SET requests = requests - 1")
    verify_recent(backend)

    assert drifted["rollup_drift"] == 1
    assert of_store(scraped(client))["rollup_drift"] == 0


def change(backend: Backend, statement: str) -> None:
    with backend.database.writer.begin() as connection:
        connection.execute(text(statement))


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


HTTP = "tokentally_http_request_duration_seconds_count"


def requests(client: TestClient) -> dict[tuple[str, str, str], float]:
    """How many requests were timed, by method, route and class of status."""
    told = ((dict(labels), n) for (name, labels), n in scraped(client).items() if name == HTTP)
    return {(said["method"], said["route"], said["status"]): n for said, n in told}


def test_requests_are_timed_by_route_and_class_of_status(client: TestClient) -> None:
    for path in ("/tokens/models", "/tokens/models?team=x", "/tokens", "/no/such", "/also-none"):
        client.get(path)
    client.get("/tokens/models", params={"start_date": "never"})
    client.post("/v1/events", json=[event()])
    client.get("/v1/events")
    client.request("BREW", "/tokens/models")
    client.request("STEEP", "/v1/nothing")
    client.get("/tokens/models", headers={"host": "elsewhere.example"})

    assert requests(client) == {
        ("GET", "/tokens/models", "2xx"): 2,
        ("GET", "/tokens", "2xx"): 1,
        ("GET", "/tokens/models", "4xx"): 1,
        ("GET", "(unmatched)", "4xx"): 3,
        ("POST", "/v1/events", "2xx"): 1,
        ("GET", "/v1/events", "4xx"): 1,
        ("(other)", "/tokens/models", "4xx"): 1,
        ("(other)", "(unmatched)", "4xx"): 1,
    }


def test_buckets_add_up_and_the_scrape_itself_is_in_progress(client: TestClient) -> None:
    client.get("/livez")

    told = scraped(client)
    buckets = [n for (name, _), n in told.items() if name.endswith("_duration_seconds_bucket")]
    seconds = [
        n for (name, _), n in told.items() if name.endswith("http_request_duration_seconds_sum")
    ]
    assert buckets == sorted(buckets)
    assert buckets[-1] == 1
    assert 0 < seconds[0] < 60
    assert told["tokentally_http_requests_in_progress", frozenset()] == 1


def test_the_process_and_python_are_told_of(client: TestClient) -> None:
    names = {name for name, _ in scraped(client)}

    assert {"process_resident_memory_bytes", "process_cpu_seconds_total", "python_info"} <= names


def test_two_applications_in_one_process_count_apart(client: TestClient, backend: Backend) -> None:
    client.get("/livez")

    with TestClient(create_backend(backend), base_url="http://localhost") as other:
        assert requests(other) == {}


def test_openmetrics_is_sent_to_whoever_asks_for_it(client: TestClient) -> None:
    asked = "application/openmetrics-text; version=1.0.0; charset=utf-8"
    plain, open_ = client.get("/metrics"), client.get("/metrics", headers={"accept": asked})

    assert plain.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert open_.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert open_.text.endswith("# EOF\n")
    families = {family.name for family in openmetrics_families(open_.text)}  # type: ignore[no-untyped-call]
    assert {"tokentally_events", "tokentally_http_request_duration_seconds"} <= families
    assert plain.headers["cache-control"] == "no-store"


def test_without_a_database_the_process_still_tells_of_itself(
    client: TestClient, backend: Backend
) -> None:
    client.get("/livez")
    backend.database.readers.dispose()
    assert backend.database.path
    backend.database.path.rename(backend.database.path.with_name("away.db"))

    told = scraped(client)

    assert of_store(told) == {"database_up": 0}
    assert (HTTP, frozenset({("method", "GET"), ("route", "/livez"), ("status", "2xx")})) in told
    assert ("process_resident_memory_bytes", frozenset()) in told


@pytest.fixture
def free() -> Iterator[Event]:
    """What holds a question to the database until it is set."""
    event = Event()
    yield event
    event.set()


def test_a_database_that_hangs_holds_no_scrape_up(backend: Backend, free: Event) -> None:
    app = create_backend(backend)

    def hang(connection: Connection) -> Health:
        free.wait(30)
        return health(connection, NOW)

    app.state.metrics.store = Probe(backend.database, hang, 0.01)
    with TestClient(app, base_url="http://localhost") as client:
        told = of_store(scraped(client))

    assert told == {"database_up": 0}
