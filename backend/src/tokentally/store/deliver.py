"""Deliveries into the database: events, statistics and data version in one transaction."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine

from tokentally.clock import Clock, microseconds
from tokentally.models.event import Cost, Event
from tokentally.store import capacity, sealed
from tokentally.store.batch import Batch
from tokentally.store.locks import deliver_with_others
from tokentally.store.names import Names
from tokentally.store.outcomes import (
    ACCEPTED,
    COSTLY,
    DUPLICATE,
    MISMATCH,
    REJECTED,
    SEALED,
    UPDATED,
)
from tokentally.store.stats import Tally, add_stats
from tokentally.store.streams import Reading, count_new
from tokentally.store.syncs import note_syncs
from tokentally.store.version import raise_version
from tokentally.store.write import write_events

_KINDS = {
    REJECTED: (REJECTED, capacity.REFUSED),
    SEALED: (REJECTED, sealed.REASON),
    COSTLY: (REJECTED, capacity.COSTLY),
}
"""What statistics call the outcomes that are refusals: kind and reason."""


@dataclass(frozen=True)
class Delivery:
    """Events of one request or file, and the refusals that are to be counted with them.

    `sender`: the user who sent them, unless it may be anybody. `whole`: all of them or none, but
    for those of sealed days, which no second try could store. `readings`: of which counters each
    event is, if it holds what these show and not what is new.
    """

    events: Sequence[Event]
    refused: Tally = field(default_factory=Tally)
    sender: str | None = None
    whole: bool = False
    readings: Sequence[Sequence[Reading]] = ()


class NotWhole(ValueError):
    """An event can't be stored, and what was to be stored with it was not.

    `refused` is to be counted in a transaction of its own.
    """

    def __init__(self, event: Event, outcome: str) -> None:
        super().__init__(outcome)
        self.event = event
        self.outcome = outcome
        self.refused = Tally({(event.source, *_KINDS[outcome]): 1})


@dataclass(frozen=True)
class Door:
    """What every delivery needs: the engine that writes, the names, the prices and the clock.

    `prices` gives, for a transaction, what events cost by the prices that it finds.
    """

    writer: Engine
    prices: Callable[[Connection], Callable[[Event], Cost]]
    clock: Clock
    names: Names = field(default_factory=Names)


def deliver(
    door: Door,
    deliveries: Sequence[Delivery],
    also: Callable[[Connection], None] | None = None,
) -> list[list[str]]:
    """Store all deliveries in one transaction and return, for each, one outcome an event.

    `also` runs in the same transaction, after the events. When this returns, all is committed;
    when it raises, nothing was stored. Raises `UnknownSender` and `NotWhole`.
    """
    events = [event for delivery in deliveries for event in delivery.events]
    senders = {delivery.sender for delivery in deliveries if delivery.sender}
    outcomes = None
    while outcomes is None:
        door.names.ensure(door.writer, events, senders)
        with door.writer.begin() as connection:
            deliver_with_others(connection)
            if door.names.are_current(connection):
                outcomes = _write(door, connection, events, deliveries)
                if also:
                    also(connection)
    return _split(outcomes, [len(delivery.events) for delivery in deliveries])


def _write(
    door: Door, connection: Connection, events: list[Event], deliveries: Sequence[Delivery]
) -> list[str]:
    received_at = microseconds(door.clock())
    price = door.prices(connection)
    batch = Batch(connection, door.names, price, received_at)
    if any(delivery.readings for delivery in deliveries):
        outcomes = _write_new(batch, deliveries)
    else:
        outcomes = write_events(batch, events)
    _require_whole(deliveries, outcomes)
    if users := _in_sync(events, outcomes):
        note_syncs(connection, (door.names.users.ids[name] for name in users), received_at)
    if ACCEPTED in outcomes or UPDATED in outcomes:
        raise_version(connection, received_at=received_at)
    tally = _tally(events, outcomes)
    for delivery in deliveries:
        tally.update(delivery.refused)
    add_stats(connection, tally, received_at=received_at)
    return outcomes


def _write_new(batch: Batch, deliveries: Sequence[Delivery]) -> list[str]:
    """Write events of which some are readings; those that bring nothing new are duplicates."""
    counted = [event for delivery in deliveries for event in _counted(batch, delivery)]
    written = iter(write_events(batch, [event for event in counted if event]))
    return [next(written) if event else DUPLICATE for event in counted]


def _counted(batch: Batch, delivery: Delivery) -> Sequence[Event | None]:
    if not delivery.readings:
        return delivery.events
    return count_new(batch.connection, delivery.events, delivery.readings)


def _require_whole(deliveries: Sequence[Delivery], outcomes: list[str]) -> None:
    ends = _split(outcomes, [len(delivery.events) for delivery in deliveries])
    for delivery, own in zip(deliveries, ends, strict=True):
        if delivery.whole:
            for event, outcome in zip(delivery.events, own, strict=True):
                if outcome in _KINDS and outcome != SEALED:
                    raise NotWhole(event, outcome)


def _in_sync(events: Sequence[Event], outcomes: Sequence[str]) -> set[str]:
    """The users of whom an event was stored, now or before."""
    ends = zip(events, outcomes, strict=True)
    return {event.user for event, outcome in ends if outcome not in _KINDS}


def _tally(events: Sequence[Event], outcomes: Sequence[str]) -> Tally:
    counted = Counter(zip((event.source for event in events), outcomes, strict=True))
    tally = Tally(
        {(source, *_KINDS.get(end, (end, ""))): n for (source, end), n in counted.items()}
    )
    tally.update((event.source, MISMATCH, "") for event in events if event.total_mismatch)
    return tally


def _split(outcomes: list[str], lengths: list[int]) -> list[list[str]]:
    parts, start = [], 0
    for length in lengths:
        parts.append(outcomes[start : start + length])
        start += length
    return parts
