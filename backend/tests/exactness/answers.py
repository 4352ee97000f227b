"""The `/tokens` answers: as the queries give them, and as an oracle says they must be."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import msgspec
from backend.tests.exactness.oracle import SUMMED, Identity, Kept, Oracle, Sums
from backend.tests.exactness.stored import DAY

from tokentally.days import DayRange
from tokentally.queries.cost_efficiency import cost_per_team_and_model
from tokentally.queries.filters import Filter
from tokentally.queries.hours import tokens_per_hour
from tokentally.queries.models import tokens_per_model
from tokentally.queries.success_rate import success_per_team
from tokentally.queries.teams import tokens_per_team
from tokentally.queries.timeseries import tokens_per_day
from tokentally.store.engine import Database
from tokentally.store.usage import read

SHOWN = {
    "openai/gpt-4.1": "GPT-4.1",
    "gpt-4.1": "GPT-4.1",
    "anthropic/claude-4.6-opus": "Claude 4.6 Opus",
    "openai/gpt-5.2-codex": "GPT-5.2 Codex",
    "unknown": "Unknown",
}
"""Display names of the models that histories use; two ids share one."""

Answers = dict[str, Any]

_UNPRICED = SUMMED.index("unpriced_tokens")
_COST = SUMMED.index("cost_nano_usd")
_INPUT, _OUTPUT = SUMMED.index("input_tokens"), SUMMED.index("output_tokens")


def answers(database: Database, days: DayRange, *, team: str | None = None) -> Answers:
    """What the server would answer in one snapshot, users by their name instead of their id."""
    queries: dict[str, Callable[..., Any]] = {
        "models": partial(tokens_per_model, only=Filter()),
        "models of a team": partial(tokens_per_model, only=Filter(team=team)),
        "teams": partial(tokens_per_team, show_all_names=True),
        "timeseries": tokens_per_day,
        "success": success_per_team,
        "cost": cost_per_team_and_model,
        "hours": partial(tokens_per_hour, only=Filter()),
    }
    given = read(
        database, lambda now: {name: query(now, days=days) for name, query in queries.items()}
    )
    found: Answers = msgspec.to_builtins(given, builtin_types=[Decimal])
    for entry in found["teams"]["teams"]:
        for user in entry["breakdown"]["api_keys"]:
            user.pop("api_key")
    return found


class Expected:
    """The answers that an oracle's events make for a range of days."""

    def __init__(self, oracle: Oracle, days: DayRange, teams: set[str]) -> None:
        first, last = days.numbers[0], days.numbers[-1]
        self._days = days
        self._teams = teams
        self._as_of = None if oracle.as_of is None else _rfc3339(oracle.as_of)
        self._within = Oracle()
        self._within.events = {
            identity: kept
            for identity, kept in oracle.events.items()
            if first <= kept.at // DAY <= last
        }
        self._within.final = [
            (of, kept) for of, kept in oracle.final if first <= kept.at // DAY <= last
        ]
        everything = [*self._within.events.values(), *(kept for _, kept in self._within.final)]
        used = {kept.team for kept in everything}
        self._listed = sorted(name for name in teams | used if name != "Unassigned" or name in used)

    def answers(self, *, team: str | None = None) -> Answers:
        """All of them, in the form of `answers`."""
        return {
            "models": self._models(None),
            "models of a team": self._models(team),
            "teams": self._per_team(),
            "timeseries": self._timeseries(),
            "success": {"teams": [self._success(name) for name in self._listed]},
            "cost": self._cost(),
            "hours": self._hours(),
        }

    def _models(self, team: str | None) -> Any:
        sums = self._within.sums(lambda _, kept: (kept.model, kept.team))
        shown: dict[str, dict[str, Sums]] = defaultdict(dict)
        for (model, own), row in sums.items():
            if team is None or own == team:
                before = shown[SHOWN[model]].get(model, (0,) * len(SUMMED))
                shown[SHOWN[model]][model] = tuple(map(sum, zip(before, row, strict=True)))
        entries = [_model_entry(name, ids) for name, ids in shown.items()]
        entries = [entry for entry in entries if entry["tokens"]]
        entries.sort(key=lambda entry: (-entry["tokens"], entry["model"]))
        return {"models": entries, "as_of": self._as_of}

    def _per_team(self) -> Any:
        entries = [self._team(name) for name in self._listed]
        entries.sort(key=lambda entry: (-entry["tokens"], entry["name"]))
        return {"teams": entries, "as_of": self._as_of}

    def _team(self, team: str) -> Any:
        totals = self._totals(lambda _, kept: kept.team).get(team, (0,) * len(SUMMED))
        per_user: dict[str, list[Any]] = defaultdict(list)
        by = self._totals(lambda of, kept: (kept.team, of.user, SHOWN[kept.model]))
        for (own, user, model), row in by.items():
            if own == team:
                per_user[user].append(
                    {
                        "model_name": model,
                        "total_tokens": row[_INPUT] + row[_OUTPUT],
                        "prompt_tokens": row[_INPUT],
                        "completion_tokens": row[_OUTPUT],
                    }
                )
        users = [_user_entry(user, models) for user, models in per_user.items()]
        users.sort(key=lambda user: (-_tokens_of(user), user["key_alias"]))
        return {
            "name": team,
            "tokens": totals[_INPUT] + totals[_OUTPUT],
            "requests": totals[0],
            "cost_usd": str(_usd(totals[_COST])),
            "unpriced_tokens": totals[_UNPRICED],
            "breakdown": {"api_keys": users},
        }

    def _timeseries(self) -> Any:
        sums = self._totals(lambda _, kept: (kept.at // DAY, kept.team))
        nothing = (0,) * len(SUMMED)
        return {
            "timeseries": [
                {
                    "date": day.isoformat(),
                    "teams": [
                        _on_day(name, sums.get((number, name), nothing)) for name in self._listed
                    ],
                }
                for day, number in zip(self._days, self._days.numbers, strict=True)
            ]
        }

    def _success(self, team: str) -> Any:
        row = self._totals(lambda _, kept: kept.team).get(team, (0, 0))
        total, failed = row[:2]
        rate = round(Decimal(100 * (total - failed)) / total, 2) if total else Decimal(0)
        return {
            "name": team,
            "total_requests": total,
            "successful_requests": total - failed,
            "failed_requests": failed,
            "success_rate": float(rate),
        }

    def _cost(self) -> Any:
        cells = []
        by = self._totals(lambda _, kept: (kept.team, SHOWN[kept.model]))
        for (team, model), row in sorted(by.items()):
            tokens = row[_INPUT] + row[_OUTPUT]
            priced = tokens - row[_UNPRICED]
            if tokens:
                cells.append(
                    {
                        "team": team,
                        "model": model,
                        "cost_per_1k_tokens": _usd(
                            Decimal(1000 * row[_COST]) / priced if priced else Decimal(0)
                        ),
                        "total_cost": _usd(row[_COST]),
                        "total_tokens": tokens,
                        "unpriced_tokens": row[_UNPRICED],
                    }
                )
        return {"cells": cells}

    def _hours(self) -> Any:
        sums = self._totals(lambda _, kept: kept.at // (DAY // 24) % 24)
        used = {hour: row[_INPUT] + row[_OUTPUT] for hour, row in sums.items()}
        return {"hours": [{"hour": hour, "tokens": used.get(hour, 0)} for hour in range(24)]}

    def _totals(self, group: Callable[[Identity, Kept], Any]) -> dict[Any, Sums]:
        return self._within.sums(group)


def _model_entry(name: str, ids: dict[str, Sums]) -> dict[str, Any]:
    total = tuple(map(sum, zip(*ids.values(), strict=True)))
    return {
        "model": name,
        "tokens": total[_INPUT] + total[_OUTPUT],
        "model_ids": sorted(model for model, row in ids.items() if row[_INPUT] + row[_OUTPUT]),
        "requests": total[0],
        "cost_usd": str(_usd(total[_COST])),
        "unpriced_tokens": total[_UNPRICED],
    }


def _user_entry(user: str, models: list[Any]) -> dict[str, Any]:
    models.sort(key=lambda entry: (-entry["total_tokens"], entry["model_name"]))
    used = [entry for entry in models if entry["total_tokens"]]
    return {"key_alias": user, "models": used}


def _tokens_of(user: dict[str, Any]) -> int:
    return sum(int(model["total_tokens"]) for model in user["models"])


def _on_day(name: str, row: Sums) -> dict[str, Any]:
    return {
        "name": name,
        "tokens": row[_INPUT] + row[_OUTPUT],
        "total_requests": row[0],
        "successful_requests": row[0] - row[1],
        "failed_requests": row[1],
    }


def _usd(nano_usd: int | Decimal) -> Decimal:
    return round(Decimal(nano_usd) / 10**9, 6)


def _rfc3339(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def whole(*days: date) -> DayRange:
    """The range from the earliest to the latest of `days`."""
    return DayRange(min(days), max(days))
