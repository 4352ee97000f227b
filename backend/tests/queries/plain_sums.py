"""The organisation-wide answers as plain sums over events, in Python: what tests compare with."""

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

Events = list[dict[str, Any]]

SHOWN = {"openai/gpt-4.1": "GPT-4.1", "gpt-4.1": "GPT-4.1", "o3": "O3", "x/claude-4": "Claude 4"}
"""The models that these events may have, and their display names."""


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

    def users(self, team: str | None, source: str | None) -> dict[str, Any]:
        groups: dict[tuple[str, str], Events] = defaultdict(list)
        for sent in self.events:
            if team in (None, team_of(sent)) and source in (None, sent["source"]):
                groups[sent["user"], team_of(sent)].append(sent)
        entries = [
            {
                "name": user,
                "login": user,
                "team": name,
                "tokens": tokens(own),
                "requests": len(own),
                "cost_usd": str(rounded(cost(own))),
                "unpriced_tokens": unpriced(own),
            }
            for (user, name), own in sorted(groups.items())
            if tokens(own)
        ]
        return {"users": sorted(entries, key=lambda entry: (-entry["tokens"], entry["name"]))}

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
