"""Half-hour buckets as the VibeUsage CLI sends them, made into events.

A bucket is all that a device used of a model in a half hour. It has no id of its own: device,
source, model and half hour tell it apart, and a later one takes the place of an earlier.
"""

import re
from dataclasses import dataclass
from typing import Any

import msgspec

from tokentally.clock import rfc3339
from tokentally.days import QUARTER_MICROS
from tokentally.ingest.digest import uuid_of
from tokentally.ingest.normalise import RULES, InvalidEvent, Sender, normalise
from tokentally.ingest.parse import MalformedBody, TooManyEvents
from tokentally.models.event import Event, SentEvent

MAX_BUCKETS = 500
DEFAULT_SOURCE = "codex"

COUNTS = (
    "input_tokens",
    "cached_input_tokens",
    "output_tokens",
    "reasoning_output_tokens",
    "total_tokens",
)
EXPECTED = "Invalid payload: expected {hourly:[...]} or [...]"
NO_BUCKET = "Invalid half-hour bucket"
NO_HALF_HOUR = "hour_start must be an ISO timestamp at UTC half-hour boundary"
NO_COUNT = "Token fields must be non-negative integers"

_HALF_HOUR_MICROS = 2 * QUARTER_MICROS
_FINER_THAN_MICROS = re.compile(r"\.\d{6}\d*[1-9]", re.ASCII).search


class InvalidBuckets(MalformedBody):
    """A bucket that breaks a rule, and with it the whole batch."""


@dataclass(frozen=True)
class Batch:
    """The events of a request, and how many of its buckets a later one took the place of."""

    events: list[Event]
    overwritten: int


def half_hours(content: Any, by: Sender, *, device: str, revision: int) -> Batch:
    """The buckets of a body as events; raises `InvalidBuckets` and `TooManyEvents`.

    `revision` is that of all events.
    """
    buckets = _buckets_in(content)
    if len(buckets) > MAX_BUCKETS:
        raise TooManyEvents(f"Too many buckets (max {MAX_BUCKETS})")
    events: dict[str, Event] = {}
    for index, bucket in enumerate(buckets):
        event = _event(index, bucket, by, device, revision)
        events[event.event_id] = event
    return Batch(list(events.values()), len(buckets) - len(events))


def named(event: Event) -> str:
    """The bucket of an event, in words."""
    return f"{event.source} {event.model} {rfc3339(event.occurred_at)}"


def _buckets_in(content: Any) -> list[Any]:
    """`{"hourly": […]}`, either of the two under `data`, or a bare array."""
    if isinstance(content, dict) and not isinstance(content.get("hourly"), list):
        content = content.get("data")
    if isinstance(content, dict):
        content = content.get("hourly")
    if not isinstance(content, list):
        raise InvalidBuckets(EXPECTED)
    return content


def _event(index: int, bucket: Any, by: Sender, device: str, revision: int) -> Event:
    sent = _sent(bucket, revision)
    try:
        event = normalise(sent, by)
    except InvalidEvent as error:
        raise InvalidBuckets(_said(index, error)) from None
    if event.occurred_at % _HALF_HOUR_MICROS or _FINER_THAN_MICROS(sent.occurred_at):
        raise InvalidBuckets(NO_HALF_HOUR)
    return msgspec.structs.replace(event, event_id=_identity(device, event))


def _sent(bucket: Any, revision: int) -> SentEvent:
    """The bucket as an event without an id, as far as its fields are of the right types."""
    if not isinstance(bucket, dict):
        raise InvalidBuckets(NO_BUCKET)
    hour_start = bucket.get("hour_start")
    if not isinstance(hour_start, str):
        raise InvalidBuckets(NO_HALF_HOUR)
    counts = {name: bucket.get(name) for name in COUNTS}
    if not all(map(_is_count, counts.values())):
        raise InvalidBuckets(NO_COUNT)
    return SentEvent(
        event_id="bucket",
        occurred_at=hour_start.strip(),
        source=_text(bucket, "source") or DEFAULT_SOURCE,
        model=_text(bucket, "model"),
        revision=revision,
        **counts,
    )


def _is_count(value: Any) -> bool:
    if isinstance(value, str):
        return value.isascii() and value.isdigit()
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _text(bucket: dict[str, Any], name: str) -> str:
    value = bucket.get(name)
    if not isinstance(value, str | None):
        raise InvalidBuckets(f"{name} {RULES[name]}")
    return (value or "").strip()


def _said(index: int, error: InvalidEvent) -> str:
    """What the sender is told, in the words of buckets."""
    if error.field != "occurred_at":
        return f"hourly[{index}]: {error.reason}"
    if error.message == RULES["occurred_at"]:
        return NO_HALF_HOUR
    return f"hourly[{index}]: hour_start {error.message}"


def _identity(device: str, event: Event) -> str:
    """What tells a bucket apart."""
    return uuid_of(device, event.source, event.model, str(event.occurred_at))
