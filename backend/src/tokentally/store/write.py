"""Writing events: event rows and their pending rows, in the caller's transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, bindparam, delete, select

from tokentally.days import DAY_MICROS
from tokentally.models.core import app_user, model, team, token_event
from tokentally.models.event import MAX_COST_NANO_USD, Cost, Event
from tokentally.store.capacity import has_room, is_used_up, large_weight, take
from tokentally.store.conflict import join
from tokentally.store.dialect import insert_rows, is_among
from tokentally.store.event_ids import day_of, free_ids
from tokentally.store.event_keys import pack
from tokentally.store.increments import add_pending
from tokentally.store.names import UNASSIGNED, Names
from tokentally.store.rows import EVENT_COLUMNS, IDENTITY, event_row, stored_event
from tokentally.store.sealed import sealed_among

Priced = tuple[Event, Cost]

ACCEPTED, DUPLICATE, UPDATED, SUPERSEDED = "accepted", "duplicate", "updated", "superseded"
REJECTED, SEALED, COSTLY = "rejected", "sealed", "costly"


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


def write_events(batch: Batch, events: Sequence[Event]) -> list[str]:
    """Store `events` in their order and say of each how it ended.

    `batch.names` must know every name in `events`. Events without a team get their user's.
    `rejected` stands for an event whose numbers would carry a sum past 64 bits, `sealed` for one
    of a day whose raw events retention removed, `costly` for one whose cost can't be meant so.
    """
    days = {_day(event) for event in events}
    sealed = sealed_among(batch.connection, days)
    if not sealed:
        return _write(batch, events)
    written = iter(_write(batch, [event for event in events if _day(event) not in sealed]))
    return [SEALED if _day(event) in sealed else next(written) for event in events]


def _write(batch: Batch, events: Sequence[Event]) -> list[str]:
    if not events:
        return []
    priced = [(event, batch.price(event)) for event in _with_teams(batch, events)]
    if not any(map(_large_weight, priced)):
        return _write_ordinary(batch, priced)
    meant = [each for each in priced if not _is_costly(each)]
    written = iter(_write_large(batch, meant))
    return [COSTLY if _is_costly(each) else next(written) for each in priced]


def _write_large(batch: Batch, priced: list[Priced]) -> list[str]:
    if not priced:
        return []
    weight = sum(map(_large_weight, priced))
    if not weight or take(batch.connection, weight):
        return _write_ordinary(batch, priced)
    outcomes: list[str] = []
    for weighty, run in groupby(priced, _large_weight):
        outcomes += (_write_weighty if weighty else _write_ordinary)(batch, list(run))
    return outcomes


def _write_ordinary(batch: Batch, events: list[Priced]) -> list[str]:
    """Insert all at once; those whose identity exists already then meet it one by one.

    That in the order of identities: two writers then never wait for each other.
    """
    rows = _rows(batch, events)
    if _insert(batch, rows) == len(rows):
        _add_pending(batch, [row[0] for row in rows])
        return [ACCEPTED] * len(rows)
    stored = _stored_ids(batch, rows)
    _add_pending(batch, sorted(stored))
    outcomes = [ACCEPTED] * len(rows)
    met = [place for place, row in enumerate(rows) if row[0] not in stored]
    for place in sorted(met, key=lambda place: rows[place][1:4]):
        outcomes[place] = _settle(batch, *events[place], check=False)
    return outcomes


def _write_weighty(batch: Batch, events: list[Priced]) -> list[str]:
    """One by one: whether an event has room depends on those before it."""
    return [_settle(batch, event, cost, check=True) for event, cost in events]


def _settle(batch: Batch, event: Event, cost: Cost, *, check: bool) -> str:
    """Store one event, or let it meet the stored one of its identity."""
    while True:
        stored = _stored(batch, event)
        if stored:
            return _meet(batch, event, stored)
        outcome = _put(batch, event, cost, check=check)
        if outcome:
            return outcome  # else another writer stored it a moment ago


def _meet(batch: Batch, sent: Event, stored_row: Any) -> str:
    """Let `sent` meet the stored event of its identity; pending rows correct the difference.

    Whichever stands may come into another bucket: a small delivery can move a large event there.
    """
    stored = stored_event(stored_row, sent)
    standing = join(stored, sent)
    if standing == stored:
        return DUPLICATE if sent == stored else SUPERSEDED
    day = day_of(stored_row.id)
    if day != _day(sent) and sealed_among(batch.connection, {day}):
        return SEALED
    cost = batch.price(standing)
    if _is_costly((standing, cost)):
        return COSTLY
    counted = max(_large_weight((sent, batch.price(sent))), _stored_weight(stored_row))
    check = _must_look(batch, _large_weight((standing, cost)), counted)
    batch.names.teams.look_up(batch.connection, [standing.team])
    batch.names.models.look_up(batch.connection, [standing.model])
    with batch.connection.begin_nested() as savepoint:
        _add_pending(batch, [stored_row.id], sign=-1)
        batch.connection.execute(delete(token_event).where(token_event.c.id == stored_row.id))
        outcome = None
        while outcome is None:
            outcome = _put(batch, standing, cost, check=check)
        if outcome == REJECTED:
            savepoint.rollback()
            return REJECTED
    return UPDATED


def _must_look(batch: Batch, weight: int, counted: int) -> bool:
    """Whether an event of `weight`, of which `counted` was taken before, may not fit its bucket.

    What was counted is not taken again: that row is for a writer to take first, and here it holds
    events already.
    """
    if weight > counted:
        return not take(batch.connection, weight - counted)
    return weight > 0 and is_used_up(batch.connection)


def _put(batch: Batch, event: Event, cost: Cost, *, check: bool) -> str | None:
    """Store an event; with `check` only if its bucket has room for it.

    None if its identity or its row id turns out to be taken.
    """
    rows = _rows(batch, [(event, cost)])
    row_id = rows[0][0]
    if not _insert(batch, rows):
        return None
    if check and not has_room(batch.connection, row_id):
        batch.connection.execute(delete(token_event).where(token_event.c.id == row_id))
        return REJECTED
    _add_pending(batch, [row_id])
    return ACCEPTED


def _insert(batch: Batch, rows: list[tuple[Any, ...]]) -> int:
    return insert_rows(batch.connection, token_event, EVENT_COLUMNS, rows, identity=IDENTITY)


def _stored_ids(batch: Batch, rows: list[tuple[Any, ...]]) -> set[int]:
    """The row ids of those that are stored."""
    ids = {"ids": [row[0] for row in rows]}
    return set(batch.connection.execute(_with_ids(), ids).scalars())


@cache
def _with_ids() -> Select[Any]:
    return select(token_event.c.id).where(is_among(token_event.c.id, "ids"))


def _stored(batch: Batch, event: Event) -> Any:
    """The stored row of the event's identity with its names, held for this writer, or None."""
    identity = {
        "key": pack(event.event_id),
        "source": batch.names.sources.ids[event.source],
        "user": batch.names.users.ids[event.user],
    }
    return batch.connection.execute(_by_identity(), identity).first()


@cache
def _by_identity() -> Select[Any]:
    return (
        select(
            *(token_event.c[name] for name in EVENT_COLUMNS),
            model.c.name.label("model"),
            team.c.name.label("team"),
        )
        .join(model, model.c.id == token_event.c.model_id)
        .join(team, team.c.id == token_event.c.team_id)
        .where(
            token_event.c.event_key == bindparam("key"),
            token_event.c.source_id == bindparam("source"),
            token_event.c.user_id == bindparam("user"),
        )
        .with_for_update(of=token_event)
    )


def _rows(batch: Batch, events: list[Priced]) -> list[tuple[Any, ...]]:
    """Rows with free ids for events."""
    ids = free_ids(batch.connection, [_day(event) for event, _ in events])
    names, received_seconds = batch.names, batch.received_at // 1_000_000
    return [
        event_row(row_id, event, cost, names, received_seconds)
        for row_id, (event, cost) in zip(ids, events, strict=True)
    ]


def _day(event: Event) -> int:
    return event.occurred_at // DAY_MICROS


def _add_pending(batch: Batch, ids: list[int], sign: int = 1) -> None:
    add_pending(batch.connection, ids, batch.received_at // 1_000_000, sign)


def _large_weight(priced: Priced) -> int:
    event, cost = priced
    return large_weight(event.input_tokens + event.output_tokens, cost.nano_usd)


def _stored_weight(row: Any) -> int:
    return large_weight(row.input_tokens + row.output_tokens, row.cost_nano_usd)


def _is_costly(priced: Priced) -> bool:
    return priced[1].nano_usd > MAX_COST_NANO_USD


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
