"""The leaderboard, ranked by loops over everybody's events."""

import calendar
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from backend.tests.dashboard_oracle.plain_prices import six_digits
from backend.tests.exactness.oracle import Kept, Oracle

Json = dict[str, Any]
ANONYMOUS = ("Anonymous", None)


@dataclass(frozen=True)
class Asked:
    """What is asked of the board: numbers and names as they are meant, not as they are spelled."""

    caller: str
    period: str
    metric: str | None = None
    team: str | None = None
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True)
class People:
    """By name, the number of each user, and the name and avatar of those who are shown."""

    numbers: Mapping[str, int]
    shown: Mapping[str, tuple[str, str | None]]


def board(oracle: Oracle, people: People, asked: Asked, today: date) -> Json:
    """The whole answer, without `generated_at`."""
    first, last = window(oracle, asked.period, today)
    within = [
        (of.user, kept)
        for of, kept in oracle.events.items()
        if first <= day_of(kept) <= last and asked.team in (None, kept.team)
    ]
    tokens, values = added(within, "total"), added(within, asked.metric or "total")
    order = sorted(set(values.values()) - {0}, reverse=True)
    ranks = {user: order.index(value) + 1 for user, value in values.items() if value}
    ranked = sorted(ranks, key=lambda user: (ranks[user], people.numbers[user]))
    return {
        "period": asked.period,
        "from": first.isoformat(),
        "to": last.isoformat(),
        "entries": [
            {
                "rank": ranks[user],
                "is_me": user == asked.caller,
                "display_name": people.shown.get(user, ANONYMOUS)[0],
                "avatar_url": people.shown.get(user, ANONYMOUS)[1],
                "total_tokens": str(tokens[user]),
                **value_of(values[user], asked.metric),
            }
            for user in ranked[asked.offset : asked.offset + asked.limit]
        ],
        "me": {"rank": ranks.get(asked.caller), "total_tokens": str(tokens[asked.caller])},
    }


def window(oracle: Oracle, period: str, today: date) -> tuple[date, date]:
    """The first and last UTC day of a period."""
    if period == "day":
        return today, today
    if period == "week":
        sunday = today - timedelta(days=(today.weekday() + 1) % 7)
        return sunday, sunday + timedelta(days=6)
    if period == "month":
        last = calendar.monthrange(today.year, today.month)[1]
        return today.replace(day=1), today.replace(day=last)
    used = [day_of(kept) for kept in oracle.events.values() if kept.input + kept.output]
    return min(used, default=today), today


def added(events: list[tuple[str, Kept]], metric: str) -> Counter[str]:
    """By user, the sum of what they are ranked by; cost in nano-USD."""
    sums: Counter[str] = Counter()
    for user, kept in events:
        sums[user] += {
            "total": kept.input + kept.output,
            "input": kept.input,
            "output": kept.output,
            "cost": kept.cost or 0,
        }[metric]
    return sums


def day_of(kept: Kept) -> date:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=kept.at)).date()


def value_of(value: int, metric: str | None) -> dict[str, str]:
    """What a user is ranked by, told when it is asked for by its name."""
    if metric is None:
        return {}
    return {"value": six_digits(Decimal(value) / 10**9) if metric == "cost" else str(value)}
