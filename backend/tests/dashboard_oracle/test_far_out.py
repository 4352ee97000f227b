"""Names, days and counts as far out as they go."""

from itertools import product

import pytest
from backend.tests.dashboard_oracle.asking import answered, posts
from backend.tests.dashboard_oracle.questions import ENDPOINTS
from backend.tests.factories import event
from fastapi.testclient import TestClient

ODD = ["\0", "a\0b", "x" * 5_000, "'; --", "%", "_", "🕰", "\u200b"]


@pytest.mark.every_engine
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_filters_that_name_nothing_find_nothing(client: TestClient, endpoint: str) -> None:
    posts(client, [event()])

    for name, text in product(("source", "model"), ODD):
        response = client.get(f"/functions/{ENDPOINTS[endpoint]}", params={name: text})
        ignored = (endpoint, name) == ("breakdown", "model")
        assert response.status_code in (200, 400), response.text
        assert ("120" in response.text) is (ignored and response.status_code == 200)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("zone", ["Africa/Monrovia", "Asia/Kathmandu", "Pacific/Apia", "UTC"])
def test_the_first_and_the_last_day_can_be_asked_for(
    client: TestClient, endpoint: str, zone: str
) -> None:
    first = {"tz": zone, "to": "2015-01-01", "day": "2015-01-01", "weeks": "104", "months": "24"}
    last = {"tz": zone, "to": "2100-01-01", "day": "2100-01-01", "weeks": "104", "months": "24"}

    for params in (first, last):
        response = client.get(f"/functions/{ENDPOINTS[endpoint]}", params=params)
        assert response.status_code == 200, response.text


@pytest.mark.every_engine
def test_counts_beyond_what_a_double_holds_are_exact(client: TestClient) -> None:
    most, odd = 10**12, 10**12 - 1
    many = [
        event(event_id=str(n), input_tokens=most, cached_input_tokens=odd, output_tokens=odd)
        for n in range(9_999)
    ]
    posts(client, many)

    expected = {
        "input_tokens": "9999000000000000",
        "cached_input_tokens": "9998999999990001",
        "output_tokens": "9998999999990001",
        "total_tokens": "19997999999990001",
        "reasoning_output_tokens": "0",
    }
    totals = answered(client, "summary", {})["totals"]
    assert {name: totals[name] for name in expected} == expected
    assert totals["unpriced_tokens"] == expected["total_tokens"]
    [source] = answered(client, "breakdown", {})["sources"]
    assert source["totals"] == source["models"][0]["totals"] == totals
    for endpoint in ("daily", "hourly", "monthly"):
        used = [row for row in answered(client, endpoint, {})["data"] if row["total_tokens"] != "0"]
        assert [{name: row[name] for name in expected} for row in used] == [expected]
    heatmap = answered(client, "heatmap", {"weeks": "1"})
    assert heatmap["thresholds"] == dict.fromkeys(("t1", "t2", "t3"), expected["total_tokens"])


@pytest.mark.every_engine
def test_a_team_that_nobody_is_in_has_an_empty_board(client: TestClient) -> None:
    posts(client, [event()])

    for team in ODD:
        asked = {"period": "total", "team": team}
        response = client.get("/functions/vibeusage-leaderboard", params=asked)
        assert response.status_code in (200, 400), response.text
        assert response.json().get("entries", []) == []
