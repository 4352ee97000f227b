"""The six answers about a user's own usage, from a list of events and the local time of each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from backend.tests.dashboard_oracle.clocks import slot
from backend.tests.dashboard_oracle.plain_prices import Rates, pricing_block, profile
from backend.tests.dashboard_oracle.plain_rows import (
    Use,
    counts,
    day_row,
    days_between,
    last_slot_seen,
    level,
    of_source,
    totals,
)

Json = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """What is asked; None where nothing is stated, "" for all sources or models."""

    zone: tzinfo
    source: str = ""
    model: str = ""
    first: date | None = None
    last: date | None = None
    day: date | None = None
    months: int | None = None
    weeks: int | None = None
    starts: str | None = None


@dataclass(frozen=True)
class Known:
    """All there is to know: `stands_for` tells the model that an event's own counts as, too."""

    uses: tuple[Use, ...]
    book: tuple[Rates, ...]
    stands_for: Callable[[Use], str]
    now: datetime
    synced: datetime | None


class PlainDashboard:
    """The answers to a question; `as_of` is left out everywhere."""

    def __init__(self, known: Known, question: Question) -> None:
        self.known, self.question = known, question
        self.today = known.now.astimezone(question.zone).date()
        self.last = question.last or self.today
        self.first = question.first or self.last - timedelta(days=29)
        self.of_source = [u for u in known.uses if question.source in ("", u.source)]
        self.chosen = [u for u in self.of_source if self._is_of_model(u)]

    def _is_of_model(self, use: Use) -> bool:
        return self.question.model in ("", use.kept.model, self.known.stands_for(use))

    def day_of(self, use: Use) -> date:
        return use.at.astimezone(self.question.zone).date()

    def within(self, uses: list[Use], first: date, last: date) -> list[Use]:
        return [use for use in uses if first <= self.day_of(use) <= last]

    def pricing(self, uses: list[Use], model: str) -> Json:
        models = {use.kept.model for use in uses}
        only = models.pop() if len(models) == 1 else None
        modes = {use.kept.mode for use in uses} or {"overlap"}
        mode = modes.pop() if len(modes) == 1 else "mixed"
        return pricing_block(profile(self.known.book, model or only, self.last), mode)

    def range(self) -> Json:
        return {"from": self.first.isoformat(), "to": self.last.isoformat()}

    def summary(self) -> Json:
        uses = self.within(self.chosen, self.first, self.last)
        return {
            **self.range(),
            "days": (self.last - self.first).days + 1,
            "totals": totals(uses),
            "pricing": self.pricing(uses, self.question.model),
        }

    def breakdown(self) -> Json:
        uses = self.within(self.of_source, self.first, self.last)
        sources = sorted({use.source for use in uses})
        return {
            **self.range(),
            "days": (self.last - self.first).days + 1,
            "sources": [
                of_source(name, [use for use in uses if use.source == name]) for name in sources
            ],
            "pricing": self.pricing(uses, ""),
        }

    def daily(self) -> Json:
        days = days_between(self.first, self.last)
        groups: dict[date, list[Use]] = {day: [] for day in days}
        for use in self.within(self.chosen, self.first, self.last):
            groups[self.day_of(use)].append(use)
        summary = self.summary()
        return {
            **self.range(),
            "data": [day_row(day, uses) for day, uses in groups.items()],
            "summary": {name: summary[name] for name in ("totals", "pricing")},
        }

    def hourly(self) -> Json:
        day, synced = self.question.day or self.today, self.known.synced
        seen = last_slot_seen(synced and synced.astimezone(self.question.zone), day)
        groups: list[list[Use]] = [[] for _ in range(48)]
        for use in self.within(self.chosen, day, day):
            groups[slot(use.at.astimezone(self.question.zone))].append(use)
        return {
            "day": day.isoformat(),
            "data": [
                {
                    "hour": f"{day}T{number // 2:02}:{number % 2 * 30:02}:00",
                    **counts(uses),
                    **({"missing": True} if number > seen else {}),
                }
                for number, uses in enumerate(groups)
            ],
            "sync": {"last_sync_at": synced, "min_interval_minutes": 30},
        }

    def monthly(self) -> Json:
        months = self.question.months or 24
        number = self.last.year * 12 + self.last.month - 1
        asked = [divmod(n, 12) for n in range(number - months + 1, number + 1)]
        first = date(asked[0][0], asked[0][1] + 1, 1)
        uses = self.within(self.chosen, first, self.last)
        return {
            "from": first.isoformat(),
            "to": self.last.isoformat(),
            "months": months,
            "data": [
                {
                    "month": f"{year}-{month + 1:02}",
                    **counts(
                        use
                        for use in uses
                        if (self.day_of(use).year, self.day_of(use).month) == (year, month + 1)
                    ),
                }
                for year, month in asked
            ],
        }

    def heatmap(self) -> Json:
        starts = self.question.starts or "sun"
        into_week = (self.last.weekday() + (starts == "sun")) % 7
        first = self.last - timedelta(days=into_week + 7 * ((self.question.weeks or 52) - 1))
        values = dict.fromkeys(days_between(first, self.last), 0)
        for use in self.within(self.chosen, first, self.last):
            values[self.day_of(use)] += use.kept.input + use.kept.output
        used = sorted(value for value in values.values() if value)
        limits = [used[(len(used) - 1) * share // 100] if used else 0 for share in (50, 75, 90)]
        cells: list[Json | None] = [
            {"day": day.isoformat(), "value": str(value), "level": level(value, limits)}
            for day, value in values.items()
        ]
        cells += [None] * (-len(cells) % 7)
        unused = [back for back, value in enumerate(reversed(values.values())) if not value]
        return {
            "from": first.isoformat(),
            "to": self.last.isoformat(),
            "week_starts_on": starts,
            "thresholds": {f"t{n}": str(limit) for n, limit in enumerate(limits, 1)},
            "active_days": len(used),
            "streak_days": min(unused, default=len(values)),
            "weeks": [cells[n : n + 7] for n in range(0, len(cells), 7)],
        }
