"""Charts to the last digit: rounding, periods, top models, CSV."""

from typing import Any

import pytest
from backend.tests.costs_api.asking import CHARTS, DAILY, EVENTS
from backend.tests.factories import event
from fastapi.testclient import TestClient

pytestmark = pytest.mark.every_engine

NOTHING = '{"models":[],"days":[{"date":"2026-11-21","segments":{},"others":%s,"total":%s}]}'
RANGE = '{"range":{"start":"2026-11-21","end":"2026-11-21","key":"today"},"charts":'


def costs(client: TestClient, **usd: str | None) -> None:
    """An event today for each model."""
    sent = [event(event_id=name, model=name, cost_usd=cost) for name, cost in usd.items()]
    assert client.post("/v1/events", json=sent).json()["accepted"] == len(sent)


def text(client: TestClient, path: str = CHARTS, **params: Any) -> str:
    response = client.get(path, params={"range": "today", **params})
    assert response.status_code == 200
    return response.text


def test_nothing_is_drawn_of_nothing(client: TestClient) -> None:
    tokens, cost = NOTHING % (0, 0), NOTHING % ("0.000000", "0.000000")

    assert text(client) == f'{RANGE}{{"tokens":{tokens},"cost":{cost}}}}}'


def test_costs_are_rounded_once_each_and_their_total_is_of_the_rounded(client: TestClient) -> None:
    costs(client, a="0.0000025", b="0.0000015", c="0.0000005", d="0.000000001", e=None)

    chart = text(client, top_models=3).split('"cost":')[1]

    assert chart == (
        '{"models":["a","b","c"],"days":[{"date":"2026-11-21",'
        '"segments":{"a":0.000002,"b":0.000002,"c":0.000000},'
        '"others":0.000000,"total":0.000004}]}}}'
    )


def test_the_rest_is_added_up_before_it_is_rounded_and_the_day_is_not(client: TestClient) -> None:
    costs(client, a="0.0000035", b="0.0000015", c="0.0000015")

    chart = text(client, top_models=1).split('"cost":')[1]
    [day] = client.get(DAILY, params={"range": "today"}).json()["items"]

    assert '"segments":{"a":0.000004},"others":0.000003,"total":0.000007}' in chart
    assert '"total_cost":0.000006,' in text(client, DAILY)
    assert day["total_cost"] == 0.000006


def test_tokens_and_cost_have_top_models_of_their_own(client: TestClient) -> None:
    sent = [
        event(event_id="1", model="many", input_tokens=900, output_tokens=0, cost_usd="0.01"),
        event(event_id="2", model="dear", input_tokens=1, output_tokens=0, cost_usd="5"),
        event(event_id="3", model="free", input_tokens=500, output_tokens=0),
        event(event_id="4", model="failed", input_tokens=0, output_tokens=0, success=False),
    ]
    client.post("/v1/events", json=sent)

    assert text(client, top_models=2) == (
        RANGE + '{"tokens":{"models":["many","free"],"days":[{"date":"2026-11-21",'
        '"segments":{"many":900,"free":500},"others":1,"total":1401}]},'
        '"cost":{"models":["dear","many"],"days":[{"date":"2026-11-21",'
        '"segments":{"dear":5.000000,"many":0.010000},"others":0.000000,"total":5.010000}]}}}'
    )


def test_equals_are_in_the_order_of_their_ids(client: TestClient) -> None:
    costs(client, b="1", c="1", a="1")

    charts = client.get(CHARTS, params={"top_models": 2}).json()["charts"]

    assert [chart["models"] for chart in charts.values()] == [["a", "b"], ["a", "b"]]


@pytest.mark.parametrize(
    ("granularity", "periods"),
    [
        ("week", {"2026-10-29": 1, "2026-11-02": 10, "2026-11-09": 0, "2026-11-16": 100}),
        ("month", {"2026-10-29": 1, "2026-11-01": 110}),
    ],
)
def test_a_period_is_named_by_its_first_day_within_the_range(
    client: TestClient, granularity: str, periods: dict[str, int]
) -> None:
    tokens = {"2026-10-28": 7, "2026-10-31": 1, "2026-11-08": 10, "2026-11-18": 100}
    sent = [
        event(event_id=day, occurred_at=f"{day}T23:59:59Z", input_tokens=n, output_tokens=0)
        for day, n in tokens.items()
    ]
    client.post("/v1/events", json=sent)

    days = {"range": "custom", "start": "2026-10-29", "end": "2026-11-18"}
    charts = client.get(CHARTS, params={**days, "granularity": granularity}).json()["charts"]

    assert {day["date"]: day["total"] for day in charts["tokens"]["days"]} == periods


def test_stats_are_of_all_periods(client: TestClient) -> None:
    costs(client, a="0.0000015")

    charts = client.get(CHARTS, params={"include": "stats", "range": "7d"}).text

    assert '"stats":{"a":{"min":0,"max":120,"avg":17.142857}}' in charts
    assert '"stats":{"a":{"min":0.000000,"max":0.000002,"avg":0.000000}}' in charts


def test_charts_as_csv(client: TestClient) -> None:
    sent = [
        event(event_id="1", model="@cf/meta,llama", cost_usd="0.25"),
        event(event_id="2", model="b", cost_usd="1.5", input_tokens=1, output_tokens=0),
        event(event_id="3", model="b", input_tokens=7, occurred_at="2026-11-20T00:00:00Z"),
        event(event_id="4", model="=1+1", input_tokens=2, output_tokens=0),
    ]
    client.post("/v1/events", json=sent)

    days = {"range": "custom", "start": "2026-11-19", "end": "2026-11-21"}
    response = client.get(CHARTS, params={**days, "format": "csv", "top_models": 2})

    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.text == (
        "date,chart,model,value\n"
        "2026-11-19,tokens,Others,0\n"
        "2026-11-19,cost,Others,0.000000\n"
        "2026-11-20,tokens,b,27\n"
        "2026-11-20,tokens,Others,0\n"
        "2026-11-20,cost,Others,0.000000\n"
        '2026-11-21,tokens,"\'@cf/meta,llama",120\n'
        "2026-11-21,tokens,b,1\n"
        "2026-11-21,tokens,Others,2\n"
        "2026-11-21,cost,b,1.500000\n"
        '2026-11-21,cost,"\'@cf/meta,llama",0.250000\n'
        "2026-11-21,cost,Others,0.000000\n"
    )


def test_a_formula_in_a_model_id_is_no_formula_in_csv(client: TestClient) -> None:
    costs(client, **{"=1+1": "1", "-x": "2", "+x": "3"})

    lines = text(client, format="csv").splitlines()

    assert [line.split(",")[2] for line in lines if ",cost," in line] == [
        "'+x",
        "'-x",
        "'=1+1",
        "Others",
    ]


@pytest.mark.parametrize(
    ("accept", "form", "kind"),
    [
        (None, "", "application/json"),
        ("*/*", "", "application/json"),
        ("application/json", "", "application/json"),
        ("text/csv", "", "text/csv; charset=utf-8"),
        ("TEXT/CSV; charset=utf-8", "", "text/csv; charset=utf-8"),
        ("text/*", "", "text/csv; charset=utf-8"),
        ("text/csv, */*", "", "text/csv; charset=utf-8"),
        ("text/csv, application/json", "", "application/json"),
        ("text/csv;q=0.9, application/json;q=0.8", "", "text/csv; charset=utf-8"),
        ("text/csv;q=0.8, application/json", "", "application/json"),
        ("text/csv; q=0.5, */*; q=0.8", "", "application/json"),
        ("text/csv;q=0", "", "application/json"),
        ("text/csv;q=nonsense", "", "application/json"),
        ("text/html, image/png;q=0.5", "", "application/json"),
        ("text/csv", "json", "application/json"),
        ("application/json", "csv", "text/csv; charset=utf-8"),
        ("application/json", "CSV", "text/csv; charset=utf-8"),
    ],
)
def test_the_form_is_what_is_asked_for(
    client: TestClient, accept: str | None, form: str, kind: str
) -> None:
    headers = {} if accept is None else {"Accept": accept}

    response = client.get(CHARTS, params={"format": form} if form else {}, headers=headers)

    assert response.headers["content-type"] == kind


def test_only_charts_are_given_as_csv(client: TestClient) -> None:
    answers = [client.get(path, headers={"Accept": "text/csv"}) for path in (EVENTS, DAILY)]

    assert {each.headers["content-type"] for each in answers} == {"application/json"}
