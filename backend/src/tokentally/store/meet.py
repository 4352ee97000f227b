"""One event meets the stored one of its identity, of which the greater stands (`conflict`)."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, delete, select

from tokentally.models.core import model, team, token_event
from tokentally.models.event import Cost, Event
from tokentally.store.batch import (
    Batch,
    count_rows,
    day_of_event,
    insert_new,
    is_costly,
    rows_of,
    weight_of,
)
from tokentally.store.capacity import has_room, is_used_up, large_weight, take
from tokentally.store.conflict import join
from tokentally.store.event_ids import day_of
from tokentally.store.event_keys import pack
from tokentally.store.outcomes import (
    ACCEPTED,
    COSTLY,
    DUPLICATE,
    REJECTED,
    SEALED,
    SUPERSEDED,
    UPDATED,
)
from tokentally.store.rows import EVENT_COLUMNS, IDENTITY, stored_event
from tokentally.store.sealed import sealed_among

_LOOKED_UP_AT_ONCE = 500


def settle(batch: Batch, event: Event, cost: Cost, *, check: bool) -> str:
    """Store one event, or let it meet the stored one of its identity; returns how that ended.

    With `check` it is stored only if its bucket has room for it.
    """
    while True:
        stored = _stored(batch, event)
        if stored:
            return _meet(batch, event, stored)
        outcome = _put(batch, event, cost, check=check)
        if outcome:
            return outcome  # else another writer stored it a moment ago


def without_effect(batch: Batch, events: Sequence[Event]) -> dict[Event, str]:
    """How those of `events` end that meet a stored event which stands as it is.

    All at once, for a sender that repeats itself repeats much. What stands beside an event never
    becomes smaller, so this holds whatever other writers do meanwhile.
    """
    rows: dict[tuple[Any, ...], Any] = {}
    for start in range(0, len(events), _LOOKED_UP_AT_ONCE):
        wanted = [_identity(batch, event) for event in events[start : start + _LOOKED_UP_AT_ONCE]]
        keys, _sources, users = (list(set(column)) for column in zip(*wanted, strict=True))
        stored = batch.connection.execute(_among(), {"keys": keys, "users": users})
        rows |= {(row.event_key, row.source_id, row.user_id): row for row in stored}
    return dict(_unmoved(batch, events, rows))


def _unmoved(
    batch: Batch, events: Sequence[Event], rows: dict[tuple[Any, ...], Any]
) -> Iterator[tuple[Event, str]]:
    for sent in events:
        row = rows.get(_identity(batch, sent))
        if row is None:
            continue
        stored = stored_event(row, sent)
        if join(stored, sent) == stored:
            yield sent, _no_news(stored, sent)


def _no_news(stored: Event, sent: Event) -> str:
    return DUPLICATE if sent == stored else SUPERSEDED


def _meet(batch: Batch, sent: Event, stored_row: Any) -> str:
    """Let `sent` meet the stored event of its identity; pending rows correct the difference.

    Whichever stands may come into another bucket: a small delivery can move a large event there.
    """
    stored = stored_event(stored_row, sent)
    standing = join(stored, sent)
    if standing == stored:
        return _no_news(stored, sent)
    day = day_of(stored_row.id)
    if day != day_of_event(sent) and sealed_among(batch.connection, {day}):
        return SEALED
    cost = batch.price(standing)
    if is_costly((standing, cost)):
        return COSTLY
    counted = max(weight_of((sent, batch.price(sent))), _stored_weight(stored_row))
    check = _must_look(batch, weight_of((standing, cost)), counted)
    batch.names.teams.look_up(batch.connection, [standing.team])
    batch.names.models.look_up(batch.connection, [standing.model])
    with batch.connection.begin_nested() as savepoint:
        count_rows(batch, [stored_row.id], sign=-1)
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
    rows = rows_of(batch, [(event, cost)])
    row_id = rows[0][0]
    if not insert_new(batch, rows):
        return None
    if check and not has_room(batch.connection, row_id):
        batch.connection.execute(delete(token_event).where(token_event.c.id == row_id))
        return REJECTED
    count_rows(batch, [row_id])
    return ACCEPTED


def _stored(batch: Batch, event: Event) -> Any:
    """The stored row of the event's identity with its names, held for this writer, or None."""
    values = dict(zip(IDENTITY, _identity(batch, event), strict=True))
    return batch.connection.execute(_by_identity(), values).first()


def _identity(batch: Batch, event: Event) -> tuple[Any, ...]:
    """Values for `IDENTITY`."""
    names = batch.names
    return pack(event.event_id), names.sources.ids[event.source], names.users.ids[event.user]


@cache
def _by_identity() -> Select[Any]:
    same = (token_event.c[name] == bindparam(name) for name in IDENTITY)
    return _with_names().where(*same).with_for_update(of=token_event)


@cache
def _among() -> Select[Any]:
    """All with these keys and users, which is a few more than those with these identities."""
    wanted = (("event_key", "keys"), ("user_id", "users"))
    return _with_names().where(
        *(token_event.c[name].in_(bindparam(among, expanding=True)) for name, among in wanted)
    )


def _with_names() -> Select[Any]:
    return (
        select(
            *(token_event.c[name] for name in EVENT_COLUMNS),
            model.c.name.label("model"),
            team.c.name.label("team"),
        )
        .join(model, model.c.id == token_event.c.model_id)
        .join(team, team.c.id == token_event.c.team_id)
    )


def _stored_weight(row: Any) -> int:
    return large_weight(row.input_tokens + row.output_tokens, row.cost_nano_usd)
