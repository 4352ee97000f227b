"""The leaderboard worked out with plain dictionaries, one event at a time."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from backend.tests.engines.plain import rows
from backend.tests.exactness.oracle import DAY, Identity, Kept, Oracle

_1970 = date(1970, 1, 1)


@dataclass(frozen=True)
class Person:
    """A user as stored."""

    id: int
    name: str
    public: bool
    shown: str
    avatar: str


def people(url: str) -> dict[str, Person]:
    """The users that are stored, by name."""
    columns = "id, name, leaderboard_public, display_name, avatar_url"
    found = [
        Person(id_, name, bool(public), shown, avatar)
        for id_, name, public, shown, avatar in rows(url, f"SELECT {columns} FROM app_user")  # noqa: S608
    ]
    return {person.name: person for person in found}


@dataclass(frozen=True)
class PlainBoard:
    """Boards over the events of an oracle, as `caller` sees them on a UTC day."""

    oracle: Oracle
    people: dict[str, Person]
    today: date
    caller: str
    as_of: str

    def answer(self, asked: dict[str, str]) -> dict[str, Any]:
        """The whole answer to parameters that are in order."""
        period = asked["period"].strip().lower()
        metric = asked.get("metric", "").strip().lower()
        first, last = self._window(period)
        tokens, values = self._added_up(first, last, metric or "total", asked.get("team", ""))
        places = self._places(values)
        offset, limit = int(asked.get("offset", 0)), int(asked.get("limit", 20))
        page = sorted(places, key=lambda name: (places[name], self.people[name].id))
        return {
            "period": period,
            "from": first.isoformat(),
            "to": last.isoformat(),
            "generated_at": self.as_of,
            "entries": [
                {
                    "rank": places[name],
                    "is_me": name == self.caller,
                    **self._shown(self.people[name]),
                    "total_tokens": str(tokens[name]),
                    **({"value": _printed(metric, values[name])} if metric else {}),
                }
                for name in page[offset : offset + limit]
            ],
            "me": {
                "rank": places.get(self.caller),
                "total_tokens": str(tokens.get(self.caller, 0)),
            },
        }

    def _window(self, period: str) -> tuple[date, date]:
        first = last = self.today
        if period == "week":
            while first.strftime("%A") != "Sunday":
                first -= timedelta(days=1)
            last = first + timedelta(days=6)
        if period == "month":
            while first.day > 1:
                first -= timedelta(days=1)
            while (last + timedelta(days=1)).month == last.month:
                last += timedelta(days=1)
        if period == "total":
            used = [_day(kept) for _, kept in self._events() if kept.input + kept.output]
            first = min([*used, self.today])
        return first, last

    def _added_up(
        self, first: date, last: date, metric: str, team: str
    ) -> tuple[dict[str, int], dict[str, int]]:
        tokens: dict[str, int] = defaultdict(int)
        values: dict[str, int] = defaultdict(int)
        for identity, kept in self._events():
            if first <= _day(kept) <= last and team.strip() in ("", kept.team):
                tokens[identity.user] += kept.input + kept.output
                values[identity.user] += {
                    "total": kept.input + kept.output,
                    "input": kept.input,
                    "output": kept.output,
                    "cost": kept.cost or 0,
                }[metric]
        return tokens, values

    def _events(self) -> list[tuple[Identity, Kept]]:
        """Those of sealed days too."""
        return [*self.oracle.events.items(), *self.oracle.final]

    def _places(self, values: dict[str, int]) -> dict[str, int]:
        """Ranks without gaps: the number of greater numbers, and one."""
        numbers = {number for number in values.values() if number > 0}
        return {
            name: 1 + sum(other > value for other in numbers)
            for name, value in values.items()
            if value > 0
        }

    def _shown(self, person: Person) -> dict[str, str | None]:
        if not person.public:
            return {"display_name": "Anonymous", "avatar_url": None}
        return {"display_name": person.shown or "Anonymous", "avatar_url": person.avatar or None}


def _day(kept: Kept) -> date:
    return _1970 + timedelta(days=kept.at // DAY)


def _printed(metric: str, value: int) -> str:
    if metric != "cost":
        return str(value)
    cost = Decimal(value) / 10**9
    return str(cost.quantize(Decimal("0.000001"), rounding=ROUND_HALF_EVEN))
