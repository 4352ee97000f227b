"""A user's own usage and cost added up event by event with `Decimal`: what tests compare with."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import groupby
from typing import Any, NamedTuple

from backend.tests.exactness.oracle import Identity, Kept, Oracle

Json = dict[str, Any]
Value = Decimal | int

_BACK = {"today": 1, "7d": 7, "30d": 30}
_GROUPS: dict[str, Callable[[date], Any]] = {
    "day": lambda day: day,
    "week": lambda day: day.isocalendar()[:2],
    "month": lambda day: (day.year, day.month),
}


class Used(NamedTuple):
    """One event of the user, and how much it cost."""

    day: date
    source: str
    event_id: str
    kept: Kept

    @property
    def tokens(self) -> int:
        return self.kept.input + self.kept.output

    @property
    def usd(self) -> Decimal:
        return Decimal(self.kept.cost or 0) / 10**9


class PlainCosts:
    """The answers about the events of `user` in a range; `params` are valid ones."""

    def __init__(self, oracle: Oracle, user: str, params: dict[str, str], today: date) -> None:
        self.params = params
        self.key = params.get("range", "7d").lower()
        if self.key == "custom":
            first, last = (date.fromisoformat(params[name]) for name in ("start", "end"))
        else:
            first, last = today - timedelta(days=_BACK[self.key] - 1), today
        self.days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        model = params.get("model_id", "").strip().lower()
        of_user = (used(*event) for event in oracle.events.items() if event[0].user == user)
        self.used = [
            event
            for event in of_user
            if first <= event.day <= last and model in ("", event.kept.model)
        ]

    def range(self) -> Json:
        return {
            "start": self.days[0].isoformat(),
            "end": self.days[-1].isoformat(),
            "key": self.key,
        }

    def charts(self) -> Json:
        tokens = self._chart(lambda event: event.tokens, lambda n: n)
        cost = self._chart(lambda event: event.usd, micro)
        return {"range": self.range(), "charts": {"tokens": tokens, "cost": cost}}

    def _chart(self, of: Callable[[Used], Value], shown: Callable[[Any], Value]) -> Json:
        models = ranked(self.used, of)
        models = models[: min(max(int(self.params.get("top_models", "8")), 1), 12)]
        group = _GROUPS[self.params.get("granularity", "day").lower()]
        periods = [list(days) for _, days in groupby(self.days, group)]
        rows = [self._period(days, models, of, shown) for days in periods]
        chart: Json = {"models": models, "days": rows}
        if "include" in self.params:
            chart["stats"] = {name: spread(name, self.used, periods, of, shown) for name in models}
        return chart

    def _period(self, days: list[date], models: list[str], of: Any, shown: Any) -> Json:
        here = [event for event in self.used if event.day in days]
        sums = {name: sum_of(here, name, of) for name in {event.kept.model for event in here}}
        segments = {name: shown(sums[name]) for name in models if sums.get(name)}
        others = shown(sum(value for name, value in sums.items() if name not in models))
        return {
            "date": days[0].isoformat(),
            "segments": segments,
            "others": others,
            "total": sum(segments.values()) + others,
        }

    def summary(self) -> Json:
        tokens = sum(event.tokens for event in self.used)
        cost = sum((event.usd for event in self.used), Decimal(0))
        priced = sum(event.tokens for event in self.used if event.kept.cost is not None)
        return {
            "input_tokens": sum(event.kept.input for event in self.used),
            "output_tokens": sum(event.kept.output for event in self.used),
            "total_tokens": tokens,
            "total_cost": micro(cost),
            "cost_per_1k": micro(cost * 1000 / priced if priced else Decimal(0)),
            "top_models": {
                "by_tokens": self._shares(lambda event: event.tokens, tokens, cost),
                "by_cost": self._shares(lambda event: event.usd, tokens, cost),
            },
        }

    def _shares(self, of: Callable[[Used], Value], tokens: int, cost: Decimal) -> list[Json]:
        return [
            {
                "model": name,
                "total_tokens": own_tokens,
                "total_cost": micro(own_cost),
                "share_tokens": percent(own_tokens, tokens),
                "share_cost": percent(own_cost, cost),
            }
            for name in ranked(self.used, of)[:3]
            for own_tokens in [sum_of(self.used, name, lambda event: event.tokens)]
            for own_cost in [sum_of(self.used, name, lambda event: event.usd)]
        ]

    def daily(self) -> Json:
        items = []
        for day in self.days:
            here = [event for event in self.used if event.day == day]
            items.append(
                {
                    "date": day.isoformat(),
                    "input_tokens": sum(event.kept.input for event in here),
                    "output_tokens": sum(event.kept.output for event in here),
                    "total_tokens": sum(event.tokens for event in here),
                    "total_cost": micro(sum((event.usd for event in here), Decimal(0))),
                    "requests": len(here),
                }
            )
        return {"items": items, "summary": self.summary(), "range": self.range()}

    def events(self) -> Json:
        """A page; items without their ids, which are opaque."""
        page, size = (int(self.params.get(*it)) for it in (("page", "1"), ("page_size", "50")))
        newest = sorted(
            self.used, key=lambda event: (-event.kept.at, event.source, key_of(event.event_id))
        )
        total = len(newest)
        return {
            "items": [item(event) for event in newest[(page - 1) * size : page * size]],
            "pagination": {
                "page": page,
                "page_size": size,
                "total": total,
                "total_pages": max(1, (total + size - 1) // size),
            },
            "summary": self.summary(),
            "range": self.range(),
        }


def used(identity: Identity, kept: Kept) -> Used:
    """An event of the oracle's."""
    day = datetime.fromtimestamp(kept.at // 10**6, UTC).date()
    return Used(day, identity.source, identity.event_id, kept)


def ranked(events: Iterable[Used], of: Callable[[Used], Value]) -> list[str]:
    """Models with anything, most first, those with as much by name."""
    sums: dict[str, Value] = defaultdict(int)
    for event in events:
        sums[event.kept.model] += of(event)
    return sorted((name for name in sums if sums[name]), key=lambda name: (-sums[name], name))


def sum_of(events: Iterable[Used], model: str, of: Callable[[Used], Any]) -> Any:
    """The amounts of one model added up."""
    return sum(of(event) for event in events if event.kept.model == model)


def spread(model: str, events: list[Used], periods: list[list[date]], of: Any, shown: Any) -> Json:
    """Least, greatest and average of all periods."""
    sums = [sum_of([e for e in events if e.day in days], model, of) for days in periods]
    return {
        "min": shown(min(sums)),
        "max": shown(max(sums)),
        "avg": micro(Decimal(sum(sums)) / len(sums)),
    }


def item(event: Used) -> Json:
    """An event as listed, without its id."""
    kept = event.kept
    at = datetime.fromtimestamp(kept.at // 10**6, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return {
        "occurred_at": f"{at}.{kept.at % 10**6:06d}Z",
        "source": event.source,
        "model": kept.model,
        "input_tokens": kept.input,
        "cached_input_tokens": kept.cached,
        "cache_write_tokens": kept.write,
        "cache_write_1h_tokens": kept.write_1h,
        "output_tokens": kept.output,
        "reasoning_output_tokens": kept.reasoning,
        "total_tokens": event.tokens,
        "cost_usd": None if kept.cost is None else micro(event.usd),
        "cost_source": "unpriced" if kept.cost is None else "reported",
    }


def key_of(event_id: str) -> bytes:
    """What orders events of one instant and source: their ids here are short text."""
    return event_id.encode()


def micro(usd: Value) -> Decimal:
    """Six decimals, half to even."""
    return Decimal(usd).quantize(Decimal("0.000001"), ROUND_HALF_EVEN)


def percent(part: Value, whole: Value) -> Decimal:
    """Two decimals, half to even; 0 of nothing."""
    share = Decimal(100) * part / whole if whole else Decimal(0)
    return share.quantize(Decimal("0.01"), ROUND_HALF_EVEN)
