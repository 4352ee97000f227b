"""What must hold between answers, whatever was used: every way to add up gives the same."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from backend.tests.dashboard_oracle.asking import answered, posts
from backend.tests.dashboard_oracle.histories import ME, History, Json
from backend.tests.dashboard_oracle.questions import ENDPOINTS, asked
from backend.tests.factories import SettableClock
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally_jobs.fold import fold_pending

pytestmark = pytest.mark.every_engine

HISTORIES, QUESTIONS = 4, 12
COSTS = ["0", "0.000001", "0.999999", "12.5", None]
ZONES = ["America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca"]
ZONES += ["Antarctica/Troll", "America/Havana", "Pacific/Chatham", "Etc/GMT-14"]

STANDING_STILL = [
    ("Asia/Tokyo", 540, "2026-03-01", "2026-06-30"),
    ("Asia/Kathmandu", 345, "2026-01-01", "2026-12-31"),
    ("America/New_York", -240, "2026-03-09", "2026-10-31"),
    ("America/St_Johns", -210, "2025-11-03", "2026-03-07"),
    ("Pacific/Chatham", 825, "2025-09-29", "2026-04-04"),
    ("Etc/GMT+12", -720, "2026-01-01", "2026-12-31"),
]
"""A zone, its offset, and days in which the clock stays as it is."""


def history_in(
    client: TestClient, backend: Backend, clock: SettableClock, seed: int
) -> tuple[Random, History]:
    """Random usage with costs that are whole millionths, the older half of it folded."""
    chance = Random(1_000 + seed)
    history = History(chance, ZONES)
    clock.now = history.now
    for number, batch in enumerate(history.batches):
        posts(client, [{**each, "cost_usd": chance.choice(COSTS)} for each in batch])
        if number == 0:
            fold_pending(backend)
    return chance, history


def added(rows: Iterable[Json]) -> dict[str, Any]:
    """Every number of the rows added up; those that are text are numbers, too."""
    total: Counter[str] = Counter()
    for row in rows:
        total.update({name: Decimal(text) for name, text in row.items() if name != "day"})
    return dict(total)


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_days_sources_and_models_add_up_to_the_summary(
    client: TestClient, backend: Backend, clock: SettableClock, seed: int
) -> None:
    chance, history = history_in(client, backend, clock, seed)
    for _ in range(QUESTIONS):
        question = asked(chance, history, chance.choice(ZONES))
        params = question.params("summary")
        without_model = {name: text for name, text in params.items() if name != "model"}

        daily = answered(client, "daily", params)
        of_all_models = answered(client, "summary", without_model)
        sources = answered(client, "breakdown", params)["sources"]

        summary = answered(client, "summary", params)
        assert daily["summary"] == {name: summary[name] for name in ("totals", "pricing")}
        rows = added(daily["data"])
        assert rows == {name: Decimal(summary["totals"][name]) for name in rows}
        total = added([of_all_models["totals"]])
        by_source = added(source["totals"] for source in sources)
        by_model = added(model["totals"] for source in sources for model in source["models"])
        assert by_source == by_model == (total if sources else {})
        assert sources or not any(total.values())


@pytest.mark.parametrize("zone", ZONES)
def test_each_day_alone_adds_up_to_all_of_them(
    client: TestClient, backend: Backend, clock: SettableClock, zone: str
) -> None:
    _, history = history_in(client, backend, clock, seed=99)
    last = history.now.date() + timedelta(days=2)
    days = [str(last - timedelta(days=n)) for n in range(40)]

    def total(first: str, until: str) -> Json:
        params = {"tz": zone, "from": first, "to": until}
        found: Json = answered(client, "summary", params)["totals"]
        return found

    whole = total(days[-1], days[0])

    assert added(total(day, day) for day in days) == added([whole])
    assert added([total(days[-1], days[20]), total(days[19], days[0])]) == added([whole])
    assert whole["total_tokens"] != "0"


@pytest.mark.parametrize("still", STANDING_STILL, ids=lambda still: still[0])
def test_a_zone_whose_clock_stands_is_the_same_as_its_offset(
    client: TestClient, clock: SettableClock, still: tuple[str, int, str, str]
) -> None:
    zone, minutes, first, last = still
    days = (date.fromisoformat(last) - date.fromisoformat(first)).days
    chance = Random(zone)
    starts = [date.fromisoformat(first) + timedelta(days=n) for n in range(-1, days + 2)]
    sent = [
        {
            "event_id": str(number),
            "occurred_at": f"{day}T{chance.randrange(24):02}:{chance.randrange(60):02}:00Z",
            "input_tokens": number,
            "output_tokens": 1,
        }
        for number, day in enumerate(starts)
    ]
    clock.now += timedelta(days=60)
    assert posts(client, sent) == {"accepted": len(sent)}
    weeks = str(days // 7 - 1)
    asking = {"from": first, "to": last, "day": last, "months": "1", "weeks": weeks}

    for endpoint in ENDPOINTS:
        by_zone = answered(client, endpoint, {**asking, "tz": zone})
        by_offset = answered(client, endpoint, {**asking, "tz_offset_minutes": str(minutes)})
        assert by_zone == by_offset


def test_groups_of_one_size_come_by_the_code_points_of_their_names(client: TestClient) -> None:
    names = [
        "gpt-4",
        "gpt4",
        "gpt.4",
        "gpt/4",
        "gpt_4",
        "g pt4",
        "gpté",
        "gpt\U0001f600",
        "gpt\uff41",
    ]
    sent = [
        {
            "event_id": name + kind,
            "occurred_at": "2026-11-21T10:00:00Z",
            "input_tokens": 10**10 if name == "gpt4" else 9,
            kind: name,
        }
        for name in names
        for kind in ("model", "source")
    ]
    posts(client, sent)

    sources = answered(client, "breakdown", {})["sources"]

    [api] = [source for source in sources if source["source"] == "api"]
    assert [source["source"] for source in sources] == sorted([*names, "api"])
    assert [each["model"] for each in api["models"]] == [
        "gpt4",
        *sorted(name for name in names if name != "gpt4"),
    ]


def test_both_prefixes_answer_the_same_bytes(
    client: TestClient, backend: Backend, clock: SettableClock
) -> None:
    chance, history = history_in(client, backend, clock, seed=7)
    for _ in range(QUESTIONS):
        question = asked(chance, history, chance.choice(ZONES))
        for endpoint, slug in ENDPOINTS.items():
            params = question.params(endpoint)
            one = client.get(f"/functions/{slug}", params=params)
            other = client.get(f"/api/functions/{slug}", params=params)
            assert (one.status_code, one.content) == (other.status_code, other.content)
            wrong = {**params, "tz_offset_minutes": "7", "tz": ""}
            one = client.get(f"/functions/{slug}", params=wrong)
            other = client.get(f"/api/functions/{slug}", params=wrong)
            assert one.status_code == 400
            assert (one.status_code, one.content) == (other.status_code, other.content)


def test_what_others_use_changes_nothing(client: TestClient, clock: SettableClock) -> None:
    chance = Random(5)
    history = History(chance, ZONES)
    clock.now = history.now
    every = [each for batch in history.batches[:2] for each in batch]
    mine = [each for each in every if each["user"] == ME]
    questions = [asked(chance, history, chance.choice(ZONES)) for _ in range(QUESTIONS)]

    def answers() -> list[Json]:
        return [answered(client, e, q.params(e)) for q in questions for e in ENDPOINTS]

    posts(client, mine)
    before = answers()
    clock.now += timedelta(minutes=1)
    posts(client, [{**each, "user": "somebody else"} for each in every])
    clock.now -= timedelta(minutes=1)

    assert answers() == before
