"""The rules of the door: from an event as sent to an event as kept, or the reason against it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from tokentally.clock import microseconds
from tokentally.days import DAY_MICROS, FIRST_DATE, day_number
from tokentally.models.event import LONGEST_ID, MAX_COST_NANO_USD, Event, Mode, SentEvent
from tokentally.models.plain_text import is_name

DEFAULT_SOURCE = "api"
MAX_COUNT = 10**12
MAX_TOTAL = 5 * MAX_COUNT
MAX_REVISION = 2**63 - 1
_EARLIEST = day_number(FIRST_DATE) * DAY_MICROS
_FUTURE_ALLOWANCE = timedelta(hours=24)

_RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:[0-5]\d)", re.ASCII
).fullmatch
_NANO = Decimal("0.000000001")

RULES = {
    "event_id": "must be 1 to 200 characters",
    "occurred_at": "must be an RFC 3339 time with a zone, such as 2026-11-21T10:15:00Z",
    "source": "must be text of at most 64 characters",
    "model": "must be text of at most 200 characters",
    "user": "must be text of at most 200 characters",
    "team": "must be text of at most 200 characters",
    "pricing_mode": "must be overlap, add or null",
    "cost_usd": "must be a decimal number that is not negative",
    "success": "must be true or false",
    "total_tokens": f"must be an integer from 0 to {MAX_TOTAL}",
    "revision": "must be an integer from 0 to 9223372036854775807",
}
"""What each field must be, as said to a sender whose value is something else."""

COUNT_RULE = f"must be an integer from 0 to {MAX_COUNT}"


class InvalidEvent(ValueError):
    """An event that breaks a rule: which `field`, and why in one line."""

    def __init__(self, field: str | None, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message

    @property
    def reason(self) -> str:
        """Field and rule in one phrase."""
        named = self.field is None or self.message.startswith(self.field)
        return self.message if named else f"{self.field} {self.message}"


@dataclass(frozen=True, slots=True)
class Sender:
    """On whose behalf events come, and the latest time (microseconds) that they may have."""

    user: str
    may_name_users: bool
    latest: int


def sender(user: str, now: datetime, *, may_name_users: bool) -> Sender:
    """The sender of events that arrive at `now`: none may lie more than a day ahead."""
    return Sender(user, may_name_users, microseconds(now + _FUTURE_ALLOWANCE))


def source_of(sent: SentEvent) -> str:
    """The source of an event that was refused, as far as it can be told."""
    named = (sent.source or "").strip().lower()[:64].strip()
    return named if named and is_name(named) else DEFAULT_SOURCE


def normalise(sent: SentEvent, by: Sender) -> Event:
    """The event that `sent` stands for; raises `InvalidEvent`."""
    cached = count("cached_input_tokens", sent.cached_input_tokens)
    written = count("cache_write_tokens", sent.cache_write_tokens)
    written_1h = count("cache_write_1h_tokens", sent.cache_write_1h_tokens)
    if written_1h > written:
        raise InvalidEvent(
            "cache_write_1h_tokens", "cache_write_1h_tokens exceed cache_write_tokens"
        )
    reasoning = count("reasoning_output_tokens", sent.reasoning_output_tokens)
    mode, input_, output, mismatch = _totals(sent, cached + written, reasoning)
    user, team = (sent.user, sent.team) if by.may_name_users else (None, None)
    return Event(
        event_id=_event_id(sent.event_id),
        occurred_at=_occurred_at(sent.occurred_at, by.latest),
        source=_text("source", sent.source, 64, True) or DEFAULT_SOURCE,
        model=_text("model", sent.model, 200, True) or "unknown",
        user=_text("user", user, 200) or by.user,
        team=_text("team", team, 200),
        mode=mode.value,
        input_tokens=input_,
        cached_input_tokens=cached,
        cache_write_tokens=written,
        cache_write_1h_tokens=written_1h,
        output_tokens=output,
        reasoning_output_tokens=reasoning,
        reported_cost=None if sent.cost_usd is None else nano_usd(sent.cost_usd),
        success=sent.success is not False,
        revision=_integer("revision", sent.revision, MAX_REVISION, RULES["revision"]),
        total_mismatch=mismatch,
    )


def _totals(sent: SentEvent, parts: int, reasoning: int) -> tuple[Mode, int, int, bool]:
    """Mode, input and output that include their parts, and whether a stated total differs."""
    input_ = count("input_tokens", sent.input_tokens)
    output = count("output_tokens", sent.output_tokens)
    total = None
    if sent.total_tokens is not None:
        total = _integer("total_tokens", sent.total_tokens, MAX_TOTAL, RULES["total_tokens"])
    mode = mode_of(sent.pricing_mode, input_, parts, output, reasoning, total)
    if mode is Mode.add:
        input_ += parts
        output += reasoning
    elif parts > input_:
        raise InvalidEvent(
            "cached_input_tokens", "cached_input_tokens + cache_write_tokens exceed input_tokens"
        )
    elif reasoning > output:
        raise InvalidEvent(
            "reasoning_output_tokens", "reasoning_output_tokens exceed output_tokens"
        )
    return mode, input_, output, total is not None and total != input_ + output


def count(field: str, value: int | str | None) -> int:
    """A count as sent, as a number; none is 0. Raises `InvalidEvent`."""
    if value.__class__ is int and 0 <= value <= MAX_COUNT:
        return value
    return _integer(field, value, MAX_COUNT, COUNT_RULE)


def _integer(field: str, value: int | str | None, most: int, rule: str) -> int:
    if value is None:
        return 0
    if isinstance(value, str):
        if not (value.isascii() and value.isdigit() and len(value) <= 40):
            raise InvalidEvent(field, rule)
        value = int(value)
    if not 0 <= value <= most:
        raise InvalidEvent(field, rule)
    return value


def mode_of(
    stated: str | None, input_: int, parts: int, output: int, reasoning: int, total: int | None
) -> Mode:
    """The stated mode; without one, what fits the counts and the stated total best."""
    if stated is not None:
        if stated not in Mode.__members__:
            raise InvalidEvent("pricing_mode", RULES["pricing_mode"])
        return Mode[stated]
    if total is None:
        return Mode.overlap
    as_subsets = abs(total - (input_ + output))
    as_channels = abs(total - (input_ + parts + output + reasoning))
    subsets = parts <= input_ and reasoning <= output and as_subsets <= as_channels
    return Mode.overlap if subsets else Mode.add


def _event_id(value: str) -> str:
    event_id = value.strip()
    if not 1 <= len(event_id) <= LONGEST_ID:
        raise InvalidEvent("event_id", RULES["event_id"])
    return _no_nul("event_id", event_id)


@lru_cache(maxsize=8192)
def _text(field: str, value: str | None, longest: int, lowered: bool = False) -> str:
    text = (value or "").strip()
    if lowered:
        text = text.lower()
    if len(text) > longest:
        raise InvalidEvent(field, RULES[field])
    return _no_nul(field, text)


def _no_nul(field: str, text: str) -> str:
    if "\0" in text:
        raise InvalidEvent(field, "must not contain a NUL character or half a surrogate pair")
    return text


def _occurred_at(text: str, latest: int) -> int:
    if not _RFC3339(text):
        raise InvalidEvent("occurred_at", RULES["occurred_at"])
    try:
        at = microseconds(datetime.fromisoformat(text.upper()))  # cuts digits past the sixth
    except (ValueError, OverflowError):
        raise InvalidEvent("occurred_at", RULES["occurred_at"]) from None
    if at < _EARLIEST:
        raise InvalidEvent("occurred_at", "must not be before 2015-01-01")
    if at > latest:
        raise InvalidEvent("occurred_at", "must not be more than 24 hours in the future")
    return at


def nano_usd(cost: Decimal) -> int:
    """A cost in nano-USD, rounded half-even; raises `InvalidEvent`."""
    if not cost.is_finite() or cost < 0:
        raise InvalidEvent("cost_usd", RULES["cost_usd"])
    if cost > MAX_COST_NANO_USD * _NANO:
        raise InvalidEvent("cost_usd", "must not exceed 1000000 USD")
    return int(cost.quantize(_NANO, rounding=ROUND_HALF_EVEN).scaleb(9))
