"""What `GET /metrics` tells of requests and of the process."""

from collections.abc import Iterator
from threading import Event

import pytest
from backend.tests.api.scraping import of_store, scraped
from backend.tests.factories import NOW, event
from fastapi.testclient import TestClient
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as openmetrics_families,
)
from sqlalchemy import Connection

from tokentally.api.backend import Backend
from tokentally.api.probe import Probe
from tokentally.api.server import create_backend
from tokentally.queries.health import Health, health

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
