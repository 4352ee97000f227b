"""Many events meet the stored ones of their identities, all at once.

One by one (`tokentally.store.meet`) each takes a few milliseconds, and others wait meanwhile: a
sender that repeats itself, or sends its buckets again as they grow, sends hundreds.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, delete

from tokentally.models.core import token_event
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
from tokentally.store.conflict import join
from tokentally.store.dialect import is_among
from tokentally.store.event_ids import day_of
from tokentally.store.meet import identity_of, stored_weight, with_names
from tokentally.store.outcomes import DUPLICATE, SEALED, SUPERSEDED, UPDATED
from tokentally.store.rows import IDENTITY, stored_event
from tokentally.store.sealed import sealed_among

AT_ONCE = 500

Stored = dict[tuple[Any, ...], Any]
"""Stored rows with names, by identity."""


class _Change(NamedTuple):
    """What was sent, the id of the row that it changes, and the event that stands with its cost."""

    sent: Event
    row_id: int
    standing: Event
    cost: Cost


def meet_many(batch: Batch, events: Sequence[Event]) -> dict[Event, str]:
    """How those of `events` end that meet a stored event, their identities being all different.

    Left out are those that must be settled by themselves: large ones, for whether they have room
    depends on those before them, and any whose stored event somebody else moves at this moment.
    """
    ordered = sorted(events, key=lambda event: identity_of(batch, event))
    stored = _stored(batch, ordered, _among())
    ends = dict(_without_effect(batch, ordered, stored))
    moving = [e for e in ordered if e not in ends and identity_of(batch, e) in stored]
    if moving:  # looked at again, now held for this writer
        held = _stored(batch, moving, _held())
        ends |= _without_effect(batch, moving, held)
        ends |= _changed(batch, [e for e in moving if e not in ends], held)
    return ends


def _stored(batch: Batch, events: Sequence[Event], statement: Select[Any]) -> Stored:
    rows: Stored = {}
    for start in range(0, len(events), AT_ONCE):
        wanted = [identity_of(batch, event) for event in events[start : start + AT_ONCE]]
        keys, _sources, users = (list(set(column)) for column in zip(*wanted, strict=True))
        found = batch.connection.execute(statement, {"keys": keys, "users": users})
        rows |= {tuple(getattr(row, name) for name in IDENTITY): row for row in found}
    return rows


def _without_effect(
    batch: Batch, events: Sequence[Event], stored: Stored
) -> Iterator[tuple[Event, str]]:
    """Those that meet an event which stands as it is.

    What stands never becomes smaller, so this holds whatever other writers do meanwhile.
    """
    for sent in events:
        row = stored.get(identity_of(batch, sent))
        before = None if row is None else stored_event(row, sent)
        if before is not None and join(before, sent) == before:
            yield sent, DUPLICATE if sent == before else SUPERSEDED


def _changed(batch: Batch, events: Sequence[Event], held: Stored) -> dict[Event, str]:
    """Put what stands in place of what was stored; nothing of it if any of it needs a new look."""
    changes = list(_changes(batch, events, held))
    days = {day_of(change.row_id) for change in changes} - {day_of_event(e) for e in events}
    sealed = sealed_among(batch.connection, days)
    refused = {change.sent: SEALED for change in changes if day_of(change.row_id) in sealed}
    moved = [change for change in changes if change.sent not in refused]
    if not moved or not _replace(batch, moved):
        return refused
    return refused | dict.fromkeys((change.sent for change in moved), UPDATED)


def _changes(batch: Batch, events: Sequence[Event], held: Stored) -> Iterator[_Change]:
    """The changes by events of ordinary size whose stored row is held."""
    for sent in events:
        row = held.get(identity_of(batch, sent))
        if row is None:
            continue
        standing = join(stored_event(row, sent), sent)
        priced = standing, batch.price(standing)
        weights = weight_of(priced), weight_of((sent, batch.price(sent))), stored_weight(row)
        if not any(weights) and not is_costly(priced):
            yield _Change(sent, row.id, *priced)


def _replace(batch: Batch, changes: Sequence[_Change]) -> bool:
    """Replace rows; False, and nothing has happened, if one of the new ids turns out taken."""
    batch.names.teams.look_up(batch.connection, [change.standing.team for change in changes])
    batch.names.models.look_up(batch.connection, [change.standing.model for change in changes])
    old = sorted(change.row_id for change in changes)
    with batch.connection.begin_nested() as savepoint:
        count_rows(batch, old, sign=-1)
        batch.connection.execute(
            delete(token_event).where(is_among(token_event.c.id, "ids")), {"ids": old}
        )
        rows = rows_of(batch, [(change.standing, change.cost) for change in changes])
        if insert_new(batch, rows) != len(rows):
            savepoint.rollback()
            return False
        count_rows(batch, [row[0] for row in rows])
    return True


@cache
def _among() -> Select[Any]:
    """All with these keys and users, which is a few more than those with these identities."""
    wanted = (("event_key", "keys"), ("user_id", "users"))
    return with_names().where(
        *(token_event.c[name].in_(bindparam(among, expanding=True)) for name, among in wanted)
    )


@cache
def _held() -> Select[Any]:
    """The same, held for this writer, in the order in which all writers take them."""
    return (
        _among()
        .order_by(*(token_event.c[name] for name in IDENTITY))
        .with_for_update(of=token_event)
    )
