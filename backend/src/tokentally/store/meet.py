"""One event meets the stored one of its identity, of which the greater stands (`conflict`)."""

from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, select

from tokentally.models.core import app_user, model, team, token_event
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
from tokentally.store.conflict import is_repeat, join
from tokentally.store.event_ids import day_of
from tokentally.store.event_keys import pack
from tokentally.store.names import UNASSIGNED
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


def _meet(batch: Batch, sent: Event, stored_row: Any) -> str:
    """Let `sent` meet the stored event of its identity; pending rows correct the difference.

    Whichever stands may come into another bucket: a small delivery can move a large event there.
    """
    stored = stored_event(stored_row, sent)
    own_team = stored_row.own_team
    standing = join(stored, sent, own_team)
    if standing == stored:
        return DUPLICATE if is_repeat(stored, sent, own_team) else SUPERSEDED
    day = day_of(stored_row.id)
    if day != day_of_event(sent) and sealed_among(batch.connection, {day}):
        return SEALED
    cost = batch.price(standing)
    if is_costly((standing, cost)):
        return COSTLY
    counted = max(weight_of((sent, batch.price(sent))), stored_weight(stored_row))
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
    values = dict(zip(IDENTITY, identity_of(batch, event), strict=True))
    return batch.connection.execute(_by_identity(), values).first()


def identity_of(batch: Batch, event: Event) -> tuple[Any, ...]:
    """Values for `IDENTITY`."""
    names = batch.names
    return pack(event.event_id), names.sources.ids[event.source], names.users.ids[event.user]


@cache
def _by_identity() -> Select[Any]:
    same = (token_event.c[name] == bindparam(name) for name in IDENTITY)
    return with_names().where(*same).with_for_update(of=token_event)


def with_names() -> Select[Any]:
    """Stored events with the names of their models, their teams, and their users' own teams."""
    own = team.alias()
    return (
        select(
            *(token_event.c[name] for name in EVENT_COLUMNS),
            model.c.name.label("model"),
            team.c.name.label("team"),
            func.coalesce(own.c.name, UNASSIGNED).label("own_team"),
        )
        .join(model, model.c.id == token_event.c.model_id)
        .join(team, team.c.id == token_event.c.team_id)
        .join(app_user, app_user.c.id == token_event.c.user_id)
        .outerjoin(own, own.c.id == app_user.c.team_id)
    )


def stored_weight(row: Any) -> int:
    """What a stored row takes of the room for large events."""
    return large_weight(row.input_tokens + row.output_tokens, row.cost_nano_usd)
