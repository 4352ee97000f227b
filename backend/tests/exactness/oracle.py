"""What must be stored and answered, worked out with plain dictionaries from events as sent.

Nothing here comes from the code under test: the rules of the door, the conflict rule and the sums
are written a second time, as simply as possible.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

Sent = Mapping[str, Any]
"""An event in the form in which `POST /v1/events` takes it."""
Sums = tuple[int, ...]

SUMMED = (
    "requests",
    "failed_requests",
    "input_tokens",
    "cached_input_tokens",
    "cache_write_tokens",
    "output_tokens",
    "reasoning_output_tokens",
    "cost_nano_usd",
    "unpriced_tokens",
)
DAY = 86_400_000_000
NO_TEAM = "Unassigned"
_1970 = datetime(1970, 1, 1, tzinfo=UTC)


class Identity(NamedTuple):
    """What makes two deliveries the same event."""

    user: str
    source: str
    event_id: str


@dataclass(frozen=True)
class Kept:
    """The content of a stored event; `at` in microseconds since 1970, `cost` in nano-USD."""

    at: int
    model: str
    team: str
    mode: str
    input: int
    cached: int
    write: int
    write_1h: int
    output: int
    reasoning: int
    cost: int | None
    success: bool
    revision: int

    @property
    def rank(self) -> tuple[Any, ...]:
        """The order of contents: of two with one revision the greater stands."""
        return (
            self.input + self.output,
            self.input,
            self.output,
            self.cached,
            self.write,
            self.write_1h,
            self.reasoning,
            (0, 0) if self.cost is None else (1, self.cost),
            self.model,
            self.success,
            ("overlap", "add").index(self.mode),
            self.team != NO_TEAM,
            self.team,
        )

    @property
    def sums(self) -> Sums:
        """What the event adds to every group that it is in."""
        unpriced = self.input + self.output if self.cost is None else 0
        return (
            1,
            int(not self.success),
            self.input,
            self.cached,
            self.write,
            self.output,
            self.reasoning,
            self.cost or 0,
            unpriced,
        )


class Oracle:
    """Events by identity after some deliveries."""

    def __init__(self, caller: str = "local") -> None:
        self.events: dict[Identity, Kept] = {}
        self.sealed: set[int] = set()
        self.final: list[tuple[Identity, Kept]] = []
        self.as_of: datetime | None = None
        self._caller = caller

    def deliver(self, sent: Sent, now: datetime) -> str:
        """Take a delivery and return how it must be answered."""
        kept = kept_of(sent)
        if kept is None:
            return "rejected"
        if kept.at // DAY in self.sealed:
            return "sealed"
        identity = Identity(
            sent.get("user") or self._caller, sent.get("source") or "api", sent["event_id"]
        )
        stored = self.events.get(identity)
        standing = kept if stored is None else joined(stored, kept)
        self.events[identity] = standing
        if standing == stored:
            said = kept if kept.team != NO_TEAM else replace(kept, team=stored.team)
            return "duplicate" if said == stored else "superseded"
        self.as_of = max(now, self.as_of or now)
        return "accepted" if stored is None else "updated"

    def seal(self, day: int) -> None:
        """Keep what the day's events add up to, and forget that they were told apart."""
        self.sealed.add(day)
        gone = {of: kept for of, kept in self.events.items() if kept.at // DAY == day}
        self.final += gone.items()
        self.events = {of: kept for of, kept in self.events.items() if of not in gone}

    def forget(self, user: str) -> None:
        """Lose everything of a user."""
        self.events = {of: kept for of, kept in self.events.items() if of.user != user}
        self.final = [(of, kept) for of, kept in self.final if of.user != user]

    def sums(self, group: Callable[[Identity, Kept], Any]) -> dict[Any, Sums]:
        """The sums of every group that has events."""
        everything = [*self.events.items(), *self.final]
        return added_up((group(*event), event[1].sums) for event in everything)


def added_up(rows: Iterable[tuple[Any, Iterable[int]]]) -> dict[Any, Sums]:
    """Rows of (group, numbers) added up by group; groups of zeros are left out."""
    totals: dict[Any, list[int]] = defaultdict(lambda: [0] * len(SUMMED))
    for group, numbers in rows:
        total = totals[group]
        for index, number in enumerate(numbers):
            total[index] += number
    return {group: tuple(total) for group, total in totals.items() if any(total)}


def joined(one: Kept, other: Kept) -> Kept:
    """Which of two deliveries of one event stands, in whatever order they came."""
    if one.revision != other.revision:
        return one if one.revision > other.revision else other
    greater = one if one.rank >= other.rank else other
    return replace(greater, at=min(one.at, other.at))


def kept_of(sent: Sent) -> Kept | None:
    """The event that a sender's statement stands for; None if it breaks a rule."""
    counts = {name: sent.get(name) or 0 for name in sent if name.endswith("_tokens")}
    input_, output = counts.get("input_tokens", 0), counts.get("output_tokens", 0)
    cached, write = counts.get("cached_input_tokens", 0), counts.get("cache_write_tokens", 0)
    reasoning = counts.get("reasoning_output_tokens", 0)
    write_1h = counts.get("cache_write_1h_tokens", 0)
    mode = sent.get("pricing_mode") or _mode(sent, input_, cached + write, output, reasoning)
    if mode == "add":
        input_, output = input_ + cached + write, output + reasoning
    if write_1h > write or cached + write > input_ or reasoning > output:
        return None
    cost = sent.get("cost_usd")
    return Kept(
        at=micros(datetime.fromisoformat(sent["occurred_at"])),
        model=sent.get("model") or "unknown",
        team=sent.get("team") or NO_TEAM,
        mode=mode,
        input=input_,
        cached=cached,
        write=write,
        write_1h=write_1h,
        output=output,
        reasoning=reasoning,
        cost=None if cost is None else int(Decimal(cost) * 10**9),
        success=sent.get("success") is not False,
        revision=sent.get("revision") or 0,
    )


def micros(instant: datetime) -> int:
    """Microseconds since 1970 of an aware instant."""
    since = instant - _1970
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _mode(sent: Sent, input_: int, parts: int, output: int, reasoning: int) -> str:
    total = sent.get("total_tokens")
    if total is None:
        return "overlap"
    fits = parts <= input_ and reasoning <= output
    off_as_subsets = abs(total - (input_ + output))
    off_as_channels = abs(total - (input_ + parts + output + reasoning))
    return "overlap" if fits and off_as_subsets <= off_as_channels else "add"
