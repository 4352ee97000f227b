"""Writing events: event rows and their pending rows, in the caller's transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, select

from tokentally.days import DAY_MICROS
from tokentally.models.core import app_user, model, pending_usage, team, token_event
from tokentally.models.event import Cost, Event
from tokentally.store.capacity import has_room, is_large
from tokentally.store.conflict import join
from tokentally.store.dialect import ids_not_in, insert_rows
from tokentally.store.event_ids import day_of, next_ids
from tokentally.store.event_keys import pack
from tokentally.store.names import UNASSIGNED, Names
from tokentally.store.rows import (
    EVENT_COLUMNS,
    PENDING_COLUMNS,
    event_row,
    increment,
    retraction,
    stored_event,
)

ACCEPTED, DUPLICATE, UPDATED, SUPERSEDED = "accepted", "duplicate", "updated", "superseded"
REJECTED = "rejected"


@dataclass(frozen=True)
class Batch:
    """What writing events needs besides the events; `connection` holds the write lock.

    `received_at`: microseconds since 1970. `price` says what an event cost.
    """

    connection: Connection
    names: Names
    price: Callable[[Event], Cost]
    received_at: int


def write_events(batch: Batch, events: Sequence[Event]) -> list[str]:
    """Store `events` in their order and say of each how it ended.

    `batch.names` must know every name in `events`. Events without a team get their user's.
    `rejected` stands for an event whose numbers would carry a sum past 64 bits.
    """
    outcomes: list[str] = []
    for large, run in groupby(_with_teams(batch, events), partial(_is_large, batch)):
        write = _write_large if large else _write_ordinary
        outcomes += write(batch, list(run))
    return outcomes


def _write_ordinary(batch: Batch, events: list[Event]) -> list[str]:
    """Insert all at once; those whose identity exists already then meet it one by one."""
    rows = _rows(batch, events)
    inserted = insert_rows(batch.connection, token_event, EVENT_COLUMNS, rows)
    if inserted == len(rows):
        _add_pending(batch, [increment(row) for row in rows])
        return [ACCEPTED] * len(rows)
    met = ids_not_in(batch.connection, token_event, [row[0] for row in rows])
    _add_pending(batch, [increment(row) for row in rows if row[0] not in met])
    return [
        _meet(batch, event, _stored(batch, event)) if row[0] in met else ACCEPTED
        for row, event in zip(rows, events, strict=True)
    ]


def _write_large(batch: Batch, events: list[Event]) -> list[str]:
    """One by one: whether an event has room depends on those before it."""
    outcomes = []
    for event in events:
        stored = _stored(batch, event)
        outcomes.append(_meet(batch, event, stored) if stored else _accept(batch, event))
    return outcomes


def _accept(batch: Batch, event: Event) -> str:
    rows = _rows(batch, [event])
    added = increment(rows[0])
    if not has_room(batch.connection, dict(zip(PENDING_COLUMNS, added, strict=True))):
        return REJECTED
    insert_rows(batch.connection, token_event, EVENT_COLUMNS, rows)
    _add_pending(batch, [added])
    return ACCEPTED


def _meet(batch: Batch, sent: Event, stored_row: Any) -> str:
    """Let `sent` meet the stored event of its identity; pending rows correct the difference."""
    stored = stored_event(stored_row, sent)
    standing = join(stored, sent)
    if standing == stored:
        return DUPLICATE if sent == stored else SUPERSEDED
    rows = _rows(batch, [standing])
    if day_of(rows[0][0]) == day_of(stored_row.id):
        rows = [(stored_row.id, *rows[0][1:])]
    added = increment(rows[0])
    if _is_large(batch, standing) and not has_room(
        batch.connection, dict(zip(PENDING_COLUMNS, added, strict=True))
    ):
        return REJECTED
    batch.connection.execute(delete(token_event).where(token_event.c.id == stored_row.id))
    insert_rows(batch.connection, token_event, EVENT_COLUMNS, rows)
    _add_pending(batch, [retraction(tuple(stored_row)), added])
    return UPDATED


def _stored(batch: Batch, event: Event) -> Any:
    """The stored row of the event's identity with its names, or None."""
    return batch.connection.execute(
        select(
            *(token_event.c[name] for name in EVENT_COLUMNS),
            model.c.name.label("model"),
            team.c.name.label("team"),
        )
        .join(model, model.c.id == token_event.c.model_id)
        .join(team, team.c.id == token_event.c.team_id)
        .where(
            token_event.c.event_key == pack(event.event_id),
            token_event.c.source_id == batch.names.sources.ids[event.source],
            token_event.c.user_id == batch.names.users.ids[event.user],
        )
    ).first()


def _rows(batch: Batch, events: list[Event]) -> list[tuple[Any, ...]]:
    days = [event.occurred_at // DAY_MICROS for event in events]
    free = next_ids(batch.connection, sorted(set(days)))
    rows = []
    for day, event in zip(days, events, strict=True):
        rows.append(event_row(free[day], event, batch.price(event), batch.names, batch.received_at))
        free[day] += 1
    return rows


def _add_pending(batch: Batch, increments: list[tuple[int, ...]]) -> None:
    if increments:
        insert_rows(batch.connection, pending_usage, PENDING_COLUMNS, increments)


def _is_large(batch: Batch, event: Event) -> bool:
    return is_large(event.input_tokens + event.output_tokens, batch.price(event).nano_usd)


def _with_teams(batch: Batch, events: Sequence[Event]) -> Sequence[Event]:
    """The events, with the team that each one's user is assigned to where it names none."""
    lacking = {event.user for event in events if not event.team}
    if not lacking:
        return events
    assigned = batch.connection.execute(
        select(app_user.c.name, team.c.name).join(team).where(app_user.c.name.in_(lacking))
    )
    teams = dict.fromkeys(lacking, UNASSIGNED) | {row[0]: row[1] for row in assigned}
    batch.names.teams.look_up(batch.connection, teams.values())
    return [
        event if event.team else msgspec.structs.replace(event, team=teams[event.user])
        for event in events
    ]
