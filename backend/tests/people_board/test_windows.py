"""The UTC days of each period, and where `total` begins."""

from datetime import datetime

import pytest
from backend.tests.factories import SettableClock, event
from backend.tests.people_board.asking import board
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally_jobs.fold import fold_pending

pytestmark = pytest.mark.every_engine

NOBODY = {"entries": [], "me": {"rank": None, "total_tokens": "0"}}


@pytest.mark.parametrize(
    ("now", "period", "first", "last"),
    [
        ("2026-11-21T00:00:00Z", "day", "2026-11-21", "2026-11-21"),
        ("2026-11-21T23:59:59.999999Z", "day", "2026-11-21", "2026-11-21"),
        ("2026-11-21T23:59:59.999999Z", "week", "2026-11-15", "2026-11-21"),
        ("2026-11-22T00:00:00Z", "week", "2026-11-22", "2026-11-28"),
        ("2026-12-31T12:00:00Z", "week", "2026-12-27", "2027-01-02"),
        ("2028-02-29T12:00:00Z", "week", "2028-02-27", "2028-03-04"),
        ("2026-11-01T00:00:00Z", "month", "2026-11-01", "2026-11-30"),
        ("2026-11-30T23:59:59Z", "month", "2026-11-01", "2026-11-30"),
        ("2026-12-01T00:00:00Z", "month", "2026-12-01", "2026-12-31"),
        ("2028-02-10T00:00:00Z", "month", "2028-02-01", "2028-02-29"),
        ("2027-02-10T00:00:00Z", "month", "2027-02-01", "2027-02-28"),
        ("2026-11-21T12:00:00Z", "total", "2026-11-21", "2026-11-21"),
    ],
)
def test_a_period_is_whole_utc_days_around_today(
    client: TestClient, clock: SettableClock, now: str, period: str, first: str, last: str
) -> None:
    clock.now = datetime.fromisoformat(now)

    generated = f"{now[:19]}.{now[20:26] if '.' in now else '000000'}Z"
    assert board(client, period=period) == {
        "period": period,
        "from": first,
        "to": last,
        "generated_at": generated,
        **NOBODY,
    }


def test_a_week_counts_its_first_and_last_instant_and_nothing_beside_them(
    client: TestClient, clock: SettableClock
) -> None:
    clock.now = datetime.fromisoformat("2026-11-21T12:00:00Z")
    times = {
        "2026-11-14T23:59:59.999999Z": 1,
        "2026-11-15T00:00:00Z": 10,
        "2026-11-21T23:59:59.999999Z": 100,
        "2026-11-22T00:00:00Z": 1000,
    }
    client.post(
        "/v1/events",
        json=[
            event(event_id=at, occurred_at=at, input_tokens=tokens, output_tokens=0)
            for at, tokens in times.items()
        ],
    )

    assert board(client, period="week")["me"] == {"rank": 1, "total_tokens": "110"}


def test_total_begins_with_the_first_tokens_of_anybody_whatever_the_team(
    client: TestClient, backend: Backend
) -> None:
    client.post(
        "/v1/events",
        json=[
            event(event_id="1", occurred_at="2016-02-29T10:00:00Z", team="Old", user="ada"),
            event(event_id="2", occurred_at="2026-11-20T10:00:00Z", team="New"),
            event(
                event_id="3", occurred_at="2015-01-01T00:00:00Z", input_tokens=0, output_tokens=0
            ),
        ],
    )

    for fold in (lambda _: None, fold_pending):
        fold(backend)
        found = board(client, period="total", team="New")
        assert (found["from"], found["to"]) == ("2016-02-29", "2026-11-21")
        assert [entry["is_me"] for entry in found["entries"]] == [True]


def test_total_begins_later_once_its_first_tokens_are_taken_back(
    client: TestClient, backend: Backend
) -> None:
    first = event(event_id="1", occurred_at="2016-02-29T10:00:00Z")
    client.post("/v1/events", json=[first, event(event_id="2")])
    fold_pending(backend)
    assert board(client, period="total")["from"] == "2016-02-29"

    client.post("/v1/events", json=[first | {"revision": 1, "input_tokens": 0, "output_tokens": 0}])

    assert board(client, period="total")["from"] == "2026-11-21"
    fold_pending(backend)
    assert board(client, period="total")["from"] == "2026-11-21"


def test_tokens_of_tomorrow_are_not_in_the_total_yet(client: TestClient) -> None:
    client.post("/v1/events", json=[event(occurred_at="2026-11-22T09:00:00Z")])

    found = board(client, period="total")

    assert (found["from"], found["to"]) == ("2026-11-21", "2026-11-21")
    assert (found["entries"], found["me"]) == ([], {"rank": None, "total_tokens": "0"})
