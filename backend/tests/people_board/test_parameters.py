"""The parameters of the leaderboard: what is refused, what is clamped, what counts as not given."""

import pytest
from backend.tests.engines.plain import change, rows
from backend.tests.factories import event
from backend.tests.people_board.asking import BOARD, board
from fastapi.testclient import TestClient

PEOPLE = 130


@pytest.fixture
def crowd(client: TestClient) -> None:
    """As many people, of whom the first used most."""
    client.post(
        "/v1/events",
        json=[
            event(event_id=str(n), user=f"user-{n:03}", input_tokens=1000 - n)
            for n in range(PEOPLE)
        ],
    )


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({}, "Invalid period"),
        ({"period": ""}, "Invalid period"),
        ({"period": "year"}, "Invalid period"),
        ({"period": "day,week"}, "Invalid period"),
        ({"period": "day", "metric": "tokens"}, "Invalid metric"),
        ({"period": "day", "team": "x" * 201}, "team must be text of at most 200 characters"),
        ({"period": "day", "team": "a\0b"}, "Invalid team"),
        ({"metric": "tokens", "limit": "x"}, "Invalid period"),
    ],
)
@pytest.mark.parametrize("prefix", ["", "/api"])
def test_what_is_out_of_order_is_refused(
    client: TestClient, prefix: str, params: dict[str, str], said: str
) -> None:
    response = client.get(prefix + BOARD, params=params)

    assert (response.status_code, response.json()) == (400, {"error": said})


@pytest.mark.usefixtures("crowd")
@pytest.mark.parametrize(
    ("limit", "entries"),
    [
        ("", 20),
        ("1", 1),
        (" 7 ", 7),
        ("100", 100),
        ("101", 100),
        ("1" + "0" * 5_000, 100),
        ("0", 1),
        ("-5", 1),
        ("-1" + "0" * 30, 1),
        ("+3", 3),
        ("0003", 3),
        ("3.0", 20),
        ("1e2", 20),
        ("ten", 20),
        ("٣", 20),
    ],
)
def test_a_limit_is_clamped_or_the_usual_one(client: TestClient, limit: str, entries: int) -> None:
    assert len(board(client, limit=limit)["entries"]) == entries


@pytest.mark.usefixtures("crowd")
@pytest.mark.parametrize(
    ("offset", "first"),
    [
        ("", 1),
        ("0", 1),
        ("5", 6),
        ("-5", 1),
        ("x", 1),
        ("129", 130),
        ("130", None),
        ("99999", None),
    ],
)
def test_an_offset_passes_over_entries_and_changes_no_rank(
    client: TestClient, offset: str, first: int | None
) -> None:
    entries = board(client, offset=offset)["entries"]

    assert next((entry["rank"] for entry in entries), None) == first


def test_a_value_is_told_where_a_metric_is_named(client: TestClient) -> None:
    client.post("/v1/events", json=[event(cost_usd="0.0000005", input_tokens=7, output_tokens=5)])
    entry = {
        "rank": 1,
        "is_me": True,
        "display_name": "Anonymous",
        "avatar_url": None,
        "total_tokens": "12",
    }

    told = {
        metric: board(client, metric=metric)["entries"]
        for metric in ("", "total", "input", "output")
    }

    assert told == {
        "": [entry],
        "total": [entry | {"value": "12"}],
        "input": [entry | {"value": "7"}],
        "output": [entry | {"value": "5"}],
    }


def test_ranks_are_by_exact_cost_though_it_is_printed_rounded(client: TestClient) -> None:
    client.post(
        "/v1/events",
        json=[
            event(event_id="1", user="ada", cost_usd="0.000000500"),
            event(event_id="2", user="bob", cost_usd="0.000000501"),
            event(event_id="3", user="cid", cost_usd="0.000000500"),
            event(event_id="4", user="dee", cost_usd="0"),
            event(event_id="5", user="eve"),
        ],
    )

    entries = board(client, metric="cost")["entries"]

    assert [(entry["rank"], entry["value"]) for entry in entries] == [
        (1, "0.000001"),
        (2, "0.000000"),
        (2, "0.000000"),
    ]


@pytest.mark.usefixtures("crowd")
def test_the_caller_is_told_beyond_the_page_and_without_a_rank(client: TestClient) -> None:
    client.post("/v1/events", json=[event(input_tokens=1, output_tokens=0, team="Mine")])

    assert board(client)["me"] == {"rank": 131, "total_tokens": "1"}
    assert board(client, team="Mine")["me"] == {"rank": 1, "total_tokens": "1"}
    assert board(client, team="Others")["me"] == {"rank": None, "total_tokens": "0"}
    assert board(client, metric="cost")["me"] == {"rank": None, "total_tokens": "1"}


@pytest.mark.every_engine
def test_sums_past_64_bits_are_exact(client: TestClient, database_url: str) -> None:
    client.post("/v1/events", json=[event(input_tokens=1, output_tokens=0)])
    [[user, team]] = rows(database_url, "SELECT user_id, team_id FROM token_event")
    most = 2**62
    for day in range(20_770, 20_774):
        change(
            database_url,
            f"INSERT INTO people_daily_usage VALUES ({user}, {day}, {team}, 1, 0, {most}, 0, 0,"  # noqa: S608
            f" {most}, 0, {most}, 0)",
        )

    told = {
        metric: board(client, period="month", metric=metric)["entries"][0]["value"]
        for metric in ("total", "input", "output", "cost")
    }

    assert told == {
        "total": str(8 * most + 1),
        "input": str(4 * most + 1),
        "output": str(4 * most),
        "cost": "18446744073.709552",
    }
