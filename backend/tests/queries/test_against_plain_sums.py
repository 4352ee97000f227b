"""Every organisation-wide number against plain sums over the events, in Python."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from random import Random
from typing import Any

import pytest
from fastapi.testclient import TestClient

from backend.tests.factories import NOW, event
from tokentally.api.backend import Backend
from tokentally.store.fold import fold
from tokentally_jobs.fold import fold_pending

Events = list[dict[str, Any]]

SHOWN = {"openai/gpt-4.1": "GPT-4.1", "gpt-4.1": "GPT-4.1", "o3": "O3", "x/claude-4": "Claude 4"}
COSTS = [None, "0", "0.0000000005", "0.000000001", "0.1", "0.3333333333", 1, "999999.999999999"]
TODAY = NOW.date()
FIRST = TODAY - timedelta(days=6)
SPAN = timedelta(days=6, hours=12)


def random_event(random: Random, event_id: int) -> dict[str, Any]:
    at = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC) + random.random() * SPAN
    counts = {name: random.choice([0, 1, 7, 10**6, 10**12]) for name in ("in", "out", "cached")}
    return event(
        event_id=str(event_id),
        occurred_at=at.isoformat(),
        source=random.choice(["codex", "claude"]),
        model=random.choice(list(SHOWN)),
        user=random.choice(["ada", "bob"]),
        team=random.choice(["Blue", "Red", None]),
        input_tokens=counts["in"],
        output_tokens=counts["out"],
        cached_input_tokens=counts["cached"],
        pricing_mode="add",
        cost_usd=random.choice(COSTS),
        success=random.random() < 0.7,
        revision=random.randrange(1000),
    )


def history(random: Random) -> tuple[Events, Events]:
    """Deliveries in their order, and the events that stand at their end."""
    first = [random_event(random, n) for n in range(40)]
    revised = [
        random_event(random, n)
        | {"revision": 1000, "source": first[n]["source"], "user": first[n]["user"]}
        for n in random.sample(range(40), 8)
    ]
    standing = {sent["event_id"]: sent for sent in [*first, *revised]}
    deliveries = [*first, *revised, *random.sample(first, 10)]
    return deliveries, list(standing.values())


class Plain:
    """Sums over the events of a range; `team` and `source` filter where they are given."""

    def __init__(self, events: Events, first: date, last: date) -> None:
        self.days = [first + timedelta(n) for n in range((last - first).days + 1)]
        self.all_teams = {sent["team"] for sent in events if sent["team"]}
        self.events = [sent for sent in events if when(sent).date() in self.days]
        self.teams = sorted(self.all_teams | {team_of(sent) for sent in self.events})

    def models(self, team: str | None, source: str | None) -> dict[str, Any]:
        groups: dict[str, Events] = defaultdict(list)
        for sent in self.events:
            if team in (None, team_of(sent)) and source in (None, sent["source"]):
                groups[SHOWN[sent["model"]]].append(sent)
        entries = [
            {
                "model": name,
                "tokens": tokens(own),
                "model_ids": sorted({sent["model"] for sent in own if tokens([sent])}),
                "requests": len(own),
                "cost_usd": str(rounded(cost(own))),
                "unpriced_tokens": unpriced(own),
            }
            for name, own in groups.items()
            if tokens(own)
        ]
        return {"models": sorted(entries, key=lambda entry: (-entry["tokens"], entry["model"]))}

    def by_team(self) -> dict[str, Any]:
        entries = [self._team(name) for name in self.teams]
        return {"teams": sorted(entries, key=lambda entry: (-entry["tokens"], entry["name"]))}

    def _team(self, name: str) -> dict[str, Any]:
        own = [sent for sent in self.events if team_of(sent) == name]
        users = [self._user(user, own) for user in sorted({sent["user"] for sent in own})]
        users.sort(key=lambda user: -sum(model["total_tokens"] for model in user["models"]))
        return {
            "name": name,
            "tokens": tokens(own),
            "requests": len(own),
            "cost_usd": str(rounded(cost(own))),
            "unpriced_tokens": unpriced(own),
            "breakdown": {"api_keys": users},
        }

    def _user(self, user: str, events: Events) -> dict[str, Any]:
        groups: dict[str, Events] = defaultdict(list)
        for sent in events:
            if sent["user"] == user:
                groups[SHOWN[sent["model"]]].append(sent)
        models = [
            {
                "model_name": name,
                "total_tokens": tokens(own),
                "prompt_tokens": tokens(own) - sum(sent["output_tokens"] for sent in own),
                "completion_tokens": sum(sent["output_tokens"] for sent in own),
            }
            for name, own in groups.items()
            if tokens(own)
        ]
        models.sort(key=lambda entry: (-int(entry["total_tokens"]), str(entry["model_name"])))
        return {"key_alias": user, "models": models}

    def timeseries(self) -> dict[str, Any]:
        return {
            "timeseries": [
                {
                    "date": day.isoformat(),
                    "teams": [
                        {"name": name, "tokens": tokens(own), **requests(own)}
                        for name in self.teams
                        for own in [self._on(day, name)]
                    ],
                }
                for day in self.days
            ]
        }

    def _on(self, day: date, team: str) -> Events:
        return [sent for sent in self.events if team_of(sent) == team and when(sent).date() == day]

    def success(self) -> dict[str, Any]:
        rates = []
        for name in self.teams:
            numbers = requests([sent for sent in self.events if team_of(sent) == name])
            total = numbers["total_requests"]
            share = Decimal(100 * numbers["successful_requests"]) / (total or 1)
            percent = float(share.quantize(Decimal("0.01"), ROUND_HALF_EVEN))
            rates.append({"name": name, **numbers, "success_rate": percent})
        return {"teams": rates}

    def cells(self) -> dict[str, Any]:
        groups: dict[tuple[str, str], Events] = defaultdict(list)
        for sent in self.events:
            groups[team_of(sent), SHOWN[sent["model"]]].append(sent)
        return {"cells": [cell(*key, own) for key, own in sorted(groups.items()) if tokens(own)]}

    def hours(self, team: str | None) -> dict[str, Any]:
        used: Counter[int] = Counter()
        for sent in self.events:
            if team in (None, team_of(sent)):
                used[when(sent).hour] += tokens([sent])
        return {"hours": [{"hour": hour, "tokens": used[hour]} for hour in range(24)]}


def cell(team: str, model: str, own: Events) -> dict[str, Any]:
    priced = tokens(own) - unpriced(own)
    return {
        "team": team,
        "model": model,
        "cost_per_1k_tokens": float(rounded(1000 * cost(own) / priced)) if priced else 0.0,
        "total_cost": float(rounded(cost(own))),
        "total_tokens": tokens(own),
        "unpriced_tokens": unpriced(own),
    }


def when(sent: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(sent["occurred_at"])


def team_of(sent: dict[str, Any]) -> str:
    return str(sent["team"] or "Unassigned")


def tokens(events: Events) -> int:
    fields = ("input_tokens", "cached_input_tokens", "output_tokens")
    return sum(sent[field] for sent in events for field in fields)


def unpriced(events: Events) -> int:
    return tokens([sent for sent in events if sent["cost_usd"] is None])


def cost(events: Events) -> Decimal:
    nano = Decimal("0.000000001")
    given = (Decimal(sent["cost_usd"] or 0) for sent in events)
    return sum((one.quantize(nano, ROUND_HALF_EVEN) for one in given), Decimal(0))


def rounded(usd: Decimal) -> Decimal:
    return usd.quantize(Decimal("0.000001"), ROUND_HALF_EVEN)


def requests(events: Events) -> dict[str, int]:
    failed = sum(not sent["success"] for sent in events)
    return {
        "total_requests": len(events),
        "successful_requests": len(events) - failed,
        "failed_requests": failed,
    }


def folded_stages(backend: Backend) -> Iterator[str]:
    """Before the fold, halfway through it, and after it."""
    yield "before the fold"
    assert backend.writer.run(lambda connection: fold(connection, 30)).result() == 30
    yield "half folded"
    fold_pending(backend)
    yield "after the fold"


@pytest.mark.parametrize("seed", range(9))
def test_every_answer_is_the_plain_sum_of_its_events(
    client: TestClient, backend: Backend, seed: int
) -> None:
    random = Random(seed)
    deliveries, standing = history(random)
    for start in range(0, len(deliveries), 20):
        posted = client.post("/v1/events", json=deliveries[start : start + 20])
        assert posted.json()["rejected"] == 0

    for stage in folded_stages(backend):
        for _ in range(4):
            ends = sorted(random.choices(range(7), k=2))
            first, last = (FIRST + timedelta(days=n) for n in ends)
            team, source = random.choice(["Blue", None]), random.choice(["codex", None])
            assert_equal(client, Plain(standing, first, last), team, source, stage)


def assert_equal(
    client: TestClient, plain: Plain, team: str | None, source: str | None, stage: str
) -> None:
    expected = {
        "/models": plain.models(team, source),
        "": plain.by_team(),
        "/timeseries": plain.timeseries(),
        "/success-rate": plain.success(),
        "/cost-efficiency": plain.cells(),
        "/hourly": plain.hours(team),
    }
    dates = {"start_date": str(plain.days[0]), "end_date": str(plain.days[-1])}
    only = {"team": team or ""}
    for path, body in expected.items():
        params = dates | ({"source": source or ""} if path == "/models" else {}) | only
        found = client.get(f"/tokens{path}", params=params).json()
        found.pop("as_of", None)
        for group in found.get("teams", []) if path == "" else []:
            for user in group["breakdown"]["api_keys"]:
                del user["api_key"]
        assert found == body, (stage, path, params)
