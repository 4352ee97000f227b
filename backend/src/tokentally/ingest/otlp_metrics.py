"""Points of metrics as events: one for what a source tells at one time of one model.

A delta is counted as it is; of a cumulative counter the store counts what is new.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from tokentally.ingest.export import Export, Receiver
from tokentally.ingest.normalise import InvalidEvent, nano_usd, normalise
from tokentally.ingest.otlp_genai import MODEL, OPERATION, is_call_named
from tokentally.ingest.otlp_records import Point, Unreadable
from tokentally.ingest.otlp_values import digest, first, text, time, tokens, usd
from tokentally.ingest.otlp_whose import CLAUDE, source_of, user_and_team
from tokentally.models.event import Event, SentEvent
from tokentally.store.streams import Reading

_COST = "cost"
_CLAUDE_TOKENS, _CLAUDE_COST = "claude_code.token.usage", "claude_code.cost.usage"
_CALL_TOKENS = "gen_ai.client.token.usage"
_TYPES = {_CLAUDE_TOKENS: "type", _CALL_TOKENS: "gen_ai.token.type"}
_CHANNELS = {
    _CLAUDE_TOKENS: {
        "input": "input_tokens",
        "output": "output_tokens",
        "cacheRead": "cached_input_tokens",
        "cacheCreation": "cache_write_tokens",
    },
    _CALL_TOKENS: {
        "input": "input_tokens",
        "output": "output_tokens",
        "completion": "output_tokens",
    },
    _CLAUDE_COST: {"": _COST},
}
"""What each metric counts, by the attribute that tells its type."""

_HELD_BY = {
    "input_tokens": ("input_tokens",),
    "output_tokens": ("output_tokens",),
    "cached_input_tokens": ("input_tokens", "cached_input_tokens"),
    "cache_write_tokens": ("input_tokens", "cache_write_tokens"),
    _COST: ("reported_cost",),
}
"""The fields of an event that what is counted goes into: Claude Code's counts are disjoint."""

METRICS = frozenset(_CHANNELS)
"""The metrics that are read."""


class _Counted(NamedTuple):
    """A point, its place in the body, what it counts and how much of that."""

    place: int
    point: Point
    channel: str
    value: int


def metered(points: Iterable[Point | Unreadable], receiver: Receiver) -> Export:
    """The events of an export request's points; other sources than those listed are ignored."""
    export = Export()
    groups: dict[bytes, dict[bytes, _Counted]] = {}
    for place, point in enumerate(points):
        if isinstance(point, Unreadable):
            export.refuse(place, InvalidEvent(None, point.message), "")
            continue
        channel = _channel(point)
        source = _source(point)
        if channel is None:
            continue
        if source not in receiver.metrics_sources:
            export.ignore(source, "metrics, for logs and spans count")
            continue
        try:
            counted = _Counted(place, point, channel, _value(point, channel))
        except InvalidEvent as error:
            export.refuse(place, error, source)
            continue
        groups.setdefault(_group(point), {})[_stream(point, receiver.by.user)] = counted
    for group, streams in groups.items():
        _add_event(export, group, streams, receiver)
    return export


def _channel(point: Point) -> str | None:
    kind = text(point.attributes.get(_TYPES.get(point.metric, "")))
    operation = point.attributes.get(OPERATION)
    if operation is not None and not is_call_named(operation):
        return None
    return _CHANNELS[point.metric].get(kind)


def _source(point: Point) -> str:
    return source_of(point.resource) if point.metric == _CALL_TOKENS else CLAUDE


def _value(point: Point, channel: str) -> int:
    if point.fault:
        raise InvalidEvent(None, point.fault)
    if channel != _COST:
        return tokens(channel, point.value)
    return nano_usd(usd(point.value) or Decimal(0))


def _group(point: Point) -> bytes:
    """What tells the points of one event apart from others: all but metric, type and start."""
    kind = _TYPES.get(point.metric)
    others = sorted((key, value) for key, value in point.attributes.items() if key != kind)
    return digest(sorted(point.resource.items()), point.scope, others, point.at)


def _stream(point: Point, user: str) -> bytes:
    """What tells a counter apart from others, and from itself before it began anew."""
    named = sorted(point.resource.items()), sorted(point.attributes.items())
    return digest(user, point.scope, point.metric, named, point.start, point.cumulative)


def _add_event(
    export: Export, group: bytes, streams: dict[bytes, _Counted], receiver: Receiver
) -> None:
    places = [counted.place for counted in streams.values()]
    source = _source(next(iter(streams.values())).point)
    try:
        event = normalise(_sent(group, streams, receiver), receiver.by)
    except InvalidEvent as error:
        for place in places:
            export.refuse(place, error, source)
        return
    readings = tuple(_readings(streams, event))
    if readings or event.input_tokens or event.output_tokens or event.reported_cost:
        export.add(event, places, readings)


def _sent(group: bytes, streams: dict[bytes, _Counted], receiver: Receiver) -> SentEvent:
    point = next(iter(streams.values())).point
    source = _source(point)
    sums: dict[str, int] = {}
    for counted in streams.values():
        sums[counted.channel] = sums.get(counted.channel, 0) + counted.value
    cost = sums.get(_COST)
    # Of what counters show again only the rest counts, which is an event of its own.
    shown = [each.value for _key, each in sorted(streams.items()) if each.point.cumulative]
    user, team = user_and_team(source, point.resource, point.attributes, is_owner=receiver.is_owner)
    return SentEvent(
        event_id=str(UUID(bytes=digest(group, sorted(streams), *shown))),
        occurred_at=time(point.at),
        source=source,
        model=text(first(point.attributes, ("model", *MODEL))),
        input_tokens=sums.get("input_tokens"),
        cached_input_tokens=sums.get("cached_input_tokens"),
        cache_write_tokens=sums.get("cache_write_tokens"),
        output_tokens=sums.get("output_tokens"),
        pricing_mode="add" if source == CLAUDE else "overlap",
        cost_usd=None if cost is None else Decimal(cost).scaleb(-9),
        user=user,
        team=team,
    )


def _readings(streams: dict[bytes, _Counted], event: Event) -> Iterable[Reading]:
    for key, counted in streams.items():
        if counted.point.cumulative:
            held = _HELD_BY[counted.channel]
            yield Reading(key, event.occurred_at, counted.value, held)
