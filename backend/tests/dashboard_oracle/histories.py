"""Random usage: what is sent when, what it costs, and which models count as others."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from backend.tests.dashboard_oracle.clocks import changes, midnight
from backend.tests.dashboard_oracle.plain_prices import DEFAULT_MODEL, OWN, Rates, cost
from backend.tests.dashboard_oracle.plain_rows import Use
from backend.tests.exactness.oracle import Oracle

Json = dict[str, Any]

ME, ANOTHER = "local", "somebody else"
SOURCES = ["codex", "claude", "every-code"]
MODELS = [DEFAULT_MODEL, "vendor/alpha", "alpha", "al-pha", "beta", "unknown"]
COSTS = ["0", "0.0000005", "0.0000015", "0.0000025", "0.000000001", "0.123456789", "12.5"]
COUNTS = [0, 0, 1, 2, 7, 1_000, 10**9]
BACK = timedelta(days=900)
EARLIEST = datetime(2015, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
AROUND = [timedelta(minutes=n) for n in (0, 0, 0, 1, 14, 15, 30, 45, 60, 90, 180, 1_440)]


@dataclass
class History:
    """What is sent in three batches, the last of which states again or anew some of the rest."""

    chance: Random
    zones: list[str]
    oracle: Oracle = field(default_factory=Oracle)
    synced: datetime | None = None

    def __post_init__(self) -> None:
        self.now = self._now()
        self.since = max(EARLIEST, self.now - BACK)
        self.book = book(self.chance, self.since.date())
        self.aliases = aliases(self.chance, self.since.date())
        moments = self._moments()
        sent = [self._event(number, at) for number, at in enumerate(moments)]
        again = [self._again(each) for each in self.chance.sample(sent, len(sent) // 4)]
        half = len(sent) // 2
        newest = self._event(len(sent), self.now)
        self.batches = [sent[:half], sent[half:], [*again, {**newest, "user": ME}]]

    def _now(self) -> datetime:
        """A time soon after some clock has changed, if there is one."""
        days = self.chance.randrange(800 if self.chance.random() < 0.2 else 7_500)
        by_chance = EARLIEST + timedelta(days=5 + days)
        turns = [at for zone in self.zones for at in changes(zone) if at > by_chance]
        hours = timedelta(minutes=self.chance.randrange(1_800))
        return self.chance.choice([by_chance, min(turns, default=by_chance)]) + hours

    def _moments(self) -> list[datetime]:
        """When it happens: half of it where days and clocks change."""
        last = self.now + timedelta(hours=20)
        edges = [at for zone in self.zones for at in self._edges(zone)]
        edges = [at for at in edges if self.since <= at <= last]
        anywhere = [self.now - BACK * self.chance.random() for _ in range(len(edges) // 2)]
        recent = [last - self.chance.random() * timedelta(days=9) for _ in range(len(edges) // 2)]
        moments = [at for at in (*edges, *anywhere, *recent) if self.since <= at <= last]
        self.chance.shuffle(moments)
        return moments

    def _edges(self, zone: str) -> list[datetime]:
        day = (self.now - BACK * self.chance.random()).date()
        days = [day, day.replace(day=1), day.replace(month=1, day=1), day.replace(month=3, day=1)]
        starts = [midnight(each, ZoneInfo(zone)) for each in days]
        turns = [at for at in changes(zone) if self.since <= at <= self.now]
        at = [*self.chance.sample(starts, 2), *self.chance.sample(turns, min(len(turns), 3))]
        return [edge for each in at for edge in self._around(each)]

    def _around(self, at: datetime) -> list[datetime]:
        by = self.chance.choice(AROUND)
        return [at, at - MICROSECOND, at + by * self.chance.choice((-1, 1))]

    def _event(self, number: int, at: datetime) -> Json:
        pick = self.chance.choice
        input_, output, mode = pick(COUNTS), pick(COUNTS), pick([None, "overlap", "overlap", "add"])
        return {
            "event_id": f"event-{number:04}",
            "occurred_at": at.isoformat(),
            "source": pick(SOURCES),
            "model": pick(MODELS),
            "input_tokens": input_,
            "cached_input_tokens": input_ // 3,
            "cache_write_tokens": input_ // 5,
            "cache_write_1h_tokens": input_ // 9,
            "output_tokens": output,
            "reasoning_output_tokens": output // 2,
            "pricing_mode": mode,
            "cost_usd": pick(COSTS) if self.chance.random() < 0.5 else None,
            "user": ANOTHER if self.chance.random() < 0.2 else ME,
        }

    def _again(self, event: Json) -> Json:
        """The same event, revised, or stated at another time and of another model."""
        moved = datetime.fromisoformat(event["occurred_at"]) - self.chance.choice(AROUND) / 3
        other = {
            "revision": self.chance.choice((0, 1)),
            "occurred_at": max(moved, self.since).isoformat(),
            "output_tokens": self.chance.choice(COUNTS) + event["reasoning_output_tokens"],
            "model": self.chance.choice(MODELS),
        }
        return self.chance.choice([event, {**event, "revision": 1}, {**event, **other}])

    def deliver(self, batch: list[Json], now: datetime) -> list[str]:
        """Take a batch, and say how each event of it must be answered."""
        outcomes = [self.oracle.deliver(each, now) for each in batch]
        mine = [o for o, each in zip(outcomes, batch, strict=True) if each["user"] == ME]
        self.synced = now if set(mine) - {"rejected"} else self.synced
        return outcomes

    def uses(self) -> tuple[Use, ...]:
        """My events, as they stand by now, and what each costs."""
        return tuple(
            Use(at, identity.source, kept, cost(self.book, kept, at.date()))
            for identity, kept in self.oracle.events.items()
            if identity.user == ME
            for at in [datetime.fromtimestamp(0, UTC) + kept.at * MICROSECOND]
        )

    def stands_for(self, use: Use) -> str:
        """The model that an event counts as beside its own."""
        name, day = use.kept.model, use.at.date()
        known = [(since, to) for of, to, since in self.aliases if of == name and since <= day]
        return max(known)[1] if known else name


def book(chance: Random, since: date) -> tuple[Rates, ...]:
    """Some dated prices, with and without tiers and special rates, of some of the models."""
    priced = chance.sample(MODELS[1:], 3) + chance.sample(MODELS[:1], chance.randrange(2))
    rows = [row for model in priced for row in _prices(chance, model, since)]
    if chance.random() < 0.5:
        rows.append(Rates(DEFAULT_MODEL, "openrouter", since, Decimal("1.25"), Decimal(10)))
    return tuple(rows)


def _prices(chance: Random, model: str, since: date) -> list[Rates]:
    def usd() -> Decimal:
        return Decimal(chance.randrange(1, 40_000_000)) / 10**7

    def perhaps() -> Decimal | None:
        return usd() if chance.random() < 0.5 else None

    days = sorted(chance.sample(range(900), 2))
    tiers = [0, *([700] if chance.random() < 0.5 else [])]
    return [
        Rates(
            model,
            OWN,
            since + timedelta(days=day),
            *(usd(), usd(), perhaps(), perhaps(), perhaps(), perhaps()),
            tier=tier,
        )
        for day in days
        for tier in tiers
    ]


def aliases(chance: Random, since: date) -> list[tuple[str, str, date]]:
    """From which day a model counts as another, and from which as itself again."""
    first, second = sorted(chance.sample(range(900), 2))
    return [
        ("alpha", "vendor/alpha", since),
        ("al-pha", "vendor/alpha", since + timedelta(days=first)),
        ("al-pha", "al-pha", since + timedelta(days=second)),
    ]
