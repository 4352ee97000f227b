"""The six organisation-wide answers, whole, on a small organisation."""

from typing import Any

import pytest
from backend.tests.factories import event
from backend.tests.queries.asking import AS_OF, THREE_DAYS, get
from fastapi.testclient import TestClient

pytestmark = [pytest.mark.every_engine, pytest.mark.usefixtures("folds")]


def model(name: str, ids: list[str], *numbers: Any) -> dict[str, Any]:
    tokens, requests, cost_usd, unpriced = numbers
    return {
        "model": name,
        "tokens": tokens,
        "model_ids": ids,
        "requests": requests,
        "cost_usd": cost_usd,
        "unpriced_tokens": unpriced,
    }


OPUS_ID = "anthropic/claude-4.6-opus"
GPT = model("GPT-4.1", ["gpt-4.1", "openai/gpt-4.1"], 1560, 4, "1.003000", 15)
OPUS = model("Claude 4.6 Opus", [OPUS_ID], 300, 1, "0.000000", 300)
O3 = model("O3", ["o3"], 3, 1, "0.000000", 0)


@pytest.mark.parametrize(
    ("params", "models"),
    [
        ({}, [GPT, OPUS, O3]),
        (
            {"team": "Red"},
            [model("GPT-4.1", ["gpt-4.1"], 15, 2, "1.000000", 15), O3],
        ),
        ({"team": " Blue ", "source": "Claude"}, [OPUS]),
        (
            {"source": "codex", "team": "Blue"},
            [model("GPT-4.1", ["gpt-4.1", "openai/gpt-4.1"], 1545, 2, "0.003000", 0)],
        ),
        ({"team": "", "source": " "}, [GPT, OPUS, O3]),
        ({"team": "Green"}, []),
        ({"team": "Nobody"}, []),
        ({"team": "blue"}, []),
        ({"source": "nothing"}, []),
        (
            {"start_date": "2026-11-20", "end_date": "2026-11-20"},
            [OPUS, model("GPT-4.1", ["gpt-4.1"], 60, 2, "0.000000", 15)],
        ),
        ({"start_date": "2026-11-17", "end_date": "2026-11-17"}, []),
        (
            {"start_date": "2026-11-18", "end_date": "2026-11-18", "team": "Unassigned"},
            [model("O3", ["o3"], 7, 1, "0.000000", 7)],
        ),
    ],
)
def test_models_are_listed_by_tokens_and_those_without_are_dropped(
    organisation: TestClient, params: dict[str, str], models: list[dict[str, Any]]
) -> None:
    assert get(organisation, "/models", **params) == {"models": models, "as_of": AS_OF}


def test_models_with_equal_tokens_are_listed_by_name(organisation: TestClient) -> None:
    names = ["o3-zz", "gpt-5", "anthropic/o4", "ähnlich", "aa"]
    same = [event(event_id=name, model=name, source="tie") for name in names]
    organisation.post("/v1/events", json=same)

    listed = get(organisation, "/models", source="tie")["models"]

    assert [entry["model"] for entry in listed] == ["Aa", "GPT-5", "O3 Zz", "O4", "Ähnlich"]


def on_day(name: str, tokens: int, total: int, failed: int) -> dict[str, Any]:
    return {
        "name": name,
        "tokens": tokens,
        "total_requests": total,
        "successful_requests": total - failed,
        "failed_requests": failed,
    }


def test_the_time_series_has_every_team_on_every_day(organisation: TestClient) -> None:
    none = on_day("Green", 0, 0, 0)

    assert get(organisation, "/timeseries") == {
        "timeseries": [
            {
                "date": "2026-11-19",
                "teams": [on_day("Blue", 1500, 1, 0), none, on_day("Red", 0, 0, 0)],
            },
            {
                "date": "2026-11-20",
                "teams": [on_day("Blue", 345, 2, 1), none, on_day("Red", 15, 1, 0)],
            },
            {
                "date": "2026-11-21",
                "teams": [on_day("Blue", 0, 0, 0), none, on_day("Red", 3, 2, 1)],
            },
        ]
    }


def test_unassigned_is_on_every_day_of_a_range_in_which_it_has_usage(
    organisation: TestClient,
) -> None:
    found = get(organisation, "/timeseries", start_date="2026-11-18", end_date="2026-11-19")

    idle = [on_day("Blue", 0, 0, 0), on_day("Green", 0, 0, 0), on_day("Red", 0, 0, 0)]
    busy = [on_day("Blue", 1500, 1, 0), *idle[1:]]
    assert found == {
        "timeseries": [
            {"date": "2026-11-18", "teams": [*idle, on_day("Unassigned", 7, 1, 0)]},
            {"date": "2026-11-19", "teams": [*busy, on_day("Unassigned", 0, 0, 0)]},
        ]
    }


def rate(name: str, total: int, failed: int, percent: float) -> dict[str, Any]:
    return {
        "name": name,
        "total_requests": total,
        "successful_requests": total - failed,
        "failed_requests": failed,
        "success_rate": percent,
    }


def test_success_rates_are_percentages_with_two_decimals(organisation: TestClient) -> None:
    assert get(organisation, "/success-rate") == {
        "teams": [rate("Blue", 3, 1, 66.67), rate("Green", 0, 0, 0.0), rate("Red", 3, 1, 66.67)]
    }


@pytest.mark.parametrize(
    ("total", "failed", "percent"),
    [(1, 1, 0.0), (8, 7, 12.5), (3, 2, 33.33), (16, 15, 6.25), (800, 799, 0.12), (800, 797, 0.38)],
)
def test_a_rate_is_rounded_half_even(
    organisation: TestClient, total: int, failed: int, percent: float
) -> None:
    events = [event(event_id=f"rate-{n}", team="Green", success=n >= failed) for n in range(total)]
    organisation.post("/v1/events", json=events)

    teams = get(organisation, "/success-rate")["teams"]

    assert teams[1] == rate("Green", total, failed, percent)


def cell(team: str, name: str, *numbers: Any) -> dict[str, Any]:
    per_1k, cost, tokens, unpriced = numbers
    return {
        "team": team,
        "model": name,
        "cost_per_1k_tokens": per_1k,
        "total_cost": cost,
        "total_tokens": tokens,
        "unpriced_tokens": unpriced,
    }


def test_cost_efficiency_divides_by_priced_tokens_only(organisation: TestClient) -> None:
    response = organisation.get("/tokens/cost-efficiency", params=THREE_DAYS)

    assert response.json() == {
        "cells": [
            cell("Blue", "Claude 4.6 Opus", 0.0, 0.0, 300, 300),
            cell("Blue", "GPT-4.1", 0.001942, 0.003, 1545, 0),
            cell("Red", "GPT-4.1", 0.0, 1.0, 15, 15),
            cell("Red", "O3", 0.0, 0.0, 3, 0),
        ]
    }
    assert b'"cost_per_1k_tokens":0.001942,"total_cost":0.003000' in response.content


@pytest.mark.parametrize(
    ("params", "used"),
    [
        ({}, {0: 300, 11: 3, 12: 45, 13: 15, 23: 1500}),
        ({"team": "Red"}, {11: 3, 13: 15}),
        ({"team": "Blue", "source": "claude"}, {0: 300}),
        ({"team": "Nobody"}, {}),
        ({"start_date": "2026-11-18", "end_date": "2026-11-18"}, {5: 7}),
    ],
)
def test_hours_are_those_of_utc_added_up_over_the_range(
    organisation: TestClient, params: dict[str, str], used: dict[int, int]
) -> None:
    assert get(organisation, "/hourly", **params) == {
        "hours": [{"hour": hour, "tokens": used.get(hour, 0)} for hour in range(24)]
    }


def test_without_usage_teams_are_listed_with_zeros_and_unassigned_is_not(
    organisation: TestClient,
) -> None:
    day = {"start_date": "2026-11-10", "end_date": "2026-11-10"}

    teams = get(organisation, "", **day)["teams"]
    rates = get(organisation, "/success-rate", **day)["teams"]
    series = get(organisation, "/timeseries", **day)["timeseries"]

    names = ["Blue", "Green", "Red"]
    assert [(team["name"], team["tokens"], team["breakdown"]) for team in teams] == [
        (name, 0, {"api_keys": []}) for name in names
    ]
    assert rates == [rate(name, 0, 0, 0.0) for name in names]
    assert series == [{"date": "2026-11-10", "teams": [on_day(name, 0, 0, 0) for name in names]}]
    assert get(organisation, "/cost-efficiency", **day) == {"cells": []}
    assert get(organisation, "/models", **day) == {"models": [], "as_of": AS_OF}
