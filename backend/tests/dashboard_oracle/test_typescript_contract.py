"""Real answers have the types of the contract, field by field, as the TypeScript compiler says."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from backend.tests.dashboard_oracle.asking import posts
from backend.tests.dashboard_oracle.typescript import HINT, Recorded, can_compile, refused, spoilt
from backend.tests.factories import SettableClock, event
from fastapi.testclient import TestClient

pytestmark = pytest.mark.skipif(not can_compile(), reason=HINT)

USAGE = "vibeusage-usage-"
LEADERBOARD = "vibeusage-leaderboard"
SETTINGS = "vibeusage-leaderboard-settings"
ASKED = [
    ("UsageSummaryResponse", f"{USAGE}summary", {}),
    ("UsageModelBreakdownResponse", f"{USAGE}model-breakdown", {}),
    ("UsageDailyResponse", f"{USAGE}daily", {"from": "2026-11-20", "to": "2026-11-21"}),
    ("UsageHourlyResponse", f"{USAGE}hourly", {}),
    ("UsageMonthlyResponse", f"{USAGE}monthly", {"months": "2"}),
    ("UsageHeatmapResponse", f"{USAGE}heatmap", {"weeks": "2", "week_starts_on": "mon"}),
    ("LeaderboardResponse", LEADERBOARD, {"period": "week"}),
    ("LeaderboardResponse", LEADERBOARD, {"period": "total", "metric": "cost"}),
]


@pytest.fixture
def recorded(client: TestClient) -> list[Recorded]:
    """An answer of every kind, of a server with some usage."""
    agree = client.post(f"/functions/{SETTINGS}", json={"leaderboard_public": True})
    posts(client, [event(event_id=n, user=n) for n in ("ada", "local")])
    posts(client, [event(event_id="priced", user="local", model="o3", cost_usd="0.25")])
    refusal = client.get(f"/functions/{LEADERBOARD}", params={"period": "aeon"})
    return [
        *answers(client),
        Recorded("LeaderboardSettingsResponse", agree.json()),
        Recorded("Refusal", refusal.json()),
    ]


def answers(client: TestClient) -> list[Recorded]:
    """What is answered now."""
    return [
        Recorded(of, client.get(f"/functions/{slug}", params=params).json())
        for of, slug, params in ASKED
    ]


def test_answers_have_the_types_of_the_contract(
    client: TestClient, clock: SettableClock, tmp_path: Path, recorded: list[Recorded]
) -> None:
    clock.now += timedelta(days=400)  # long after all usage

    assert refused(tmp_path, [*recorded, *answers(client)]) == {}


def test_answers_of_a_server_without_usage_have_them_too(
    client: TestClient, tmp_path: Path
) -> None:
    assert refused(tmp_path, answers(client)) == {}


def test_a_field_that_is_renamed_added_or_of_another_type_is_refused(
    tmp_path: Path, recorded: list[Recorded]
) -> None:
    worse = [Recorded(of, bad) for of, answer in recorded for bad in spoilt(shortened(answer))]

    accepted = set(range(len(worse))) - refused(tmp_path, worse).keys()

    assert [worse[number] for number in sorted(accepted)] == []
    assert len(worse) > 300


def shortened(answer: Any) -> Any:
    """The answer with no more than the first and the last entry of each list."""
    if isinstance(answer, list):
        return [shortened(each) for each in (answer[:1] + answer[1:][-1:])]
    if isinstance(answer, dict):
        return {name: shortened(value) for name, value in answer.items()}
    return answer
