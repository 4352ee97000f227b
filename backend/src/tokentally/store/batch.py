"""A batch of events in a transaction, and what writing any of them takes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from tokentally.days import DAY_MICROS
from tokentally.models.core import token_event
from tokentally.models.event import MAX_COST_NANO_USD, Cost, Event
from tokentally.store.capacity import large_weight
from tokentally.store.dialect import insert_rows
from tokentally.store.event_ids import free_ids
from tokentally.store.increments import add_pending
from tokentally.store.names import Names
from tokentally.store.rows import EVENT_COLUMNS, IDENTITY, event_row

Priced = tuple[Event, Cost]


@dataclass(frozen=True)
class Batch:
    """What writing events needs besides the events.

    `connection` takes turns with other writers (SQLite) or may meet them (PostgreSQL).
    `received_at`: microseconds since 1970. `price` says what an event cost.
    """

    connection: Connection
    names: Names
    price: Callable[[Event], Cost]
    received_at: int


def rows_of(batch: Batch, events: list[Priced]) -> list[tuple[Any, ...]]:
    """Rows with free ids for events."""
    ids = free_ids(batch.connection, [day_of_event(event) for event, _ in events])
    names, received_seconds = batch.names, batch.received_at // 1_000_000
    return [
        event_row(row_id, event, cost, names, received_seconds)
        for row_id, (event, cost) in zip(ids, events, strict=True)
    ]


def insert_new(batch: Batch, rows: list[tuple[Any, ...]]) -> int:
    """Store rows, but for those whose identity or id is taken; returns how many went in."""
    return insert_rows(batch.connection, token_event, EVENT_COLUMNS, rows, identity=IDENTITY)


def count_rows(batch: Batch, ids: list[int], sign: int = 1) -> None:
    """Add (or with -1 take back) what the stored events of these ids add to the rollups."""
    add_pending(batch.connection, ids, batch.received_at // 1_000_000, sign)


def day_of_event(event: Event) -> int:
    """The number of its UTC day."""
    return event.occurred_at // DAY_MICROS


def weight_of(priced: Priced) -> int:
    """What a priced event takes of the room for large ones."""
    event, cost = priced
    return large_weight(event.input_tokens + event.output_tokens, cost.nano_usd)


def is_costly(priced: Priced) -> bool:
    """Whether its cost is more than one event may cost."""
    return priced[1].nano_usd > MAX_COST_NANO_USD
