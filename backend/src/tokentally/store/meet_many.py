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
from tokentally.store.conflict import is_repeat, join
from tokentally.store.dialect import is_among
from tokentally.store.event_ids import day_of
from tokentally.store.meet import identity_of, stored_weight, with_names
from tokentally.store.outcomes import DUPLICATE, SEALED, SUPERSEDED, UPDATED
from tokentally.store.rows import IDENTITY, stored_event
from tokentally.store.sealed import sealed_among

AT_ONCE = 500
TRIES = 5

Stored = dict[tuple[Any, ...], Any]
"""Stored rows with names, by identity."""


class _Change(NamedTuple):
    """What was sent, the id of the row that it changes, and the event that stands with its cost."""

    sent: Event
    row_id: int
    standing: Event
    cost: Cost
    is_large: bool


def meet_many(batch: Batch, events: Sequence[Event], *, may_change: bool) -> dict[Event, str]:
    """How those of `events` end that meet a stored event, their identities being all different.

    Those without effect are always among them. All others are, or none: rows are held in one order
    by all writers, and who holds many must not come back for more. They are none if one of them is
    large, for whether it has room depends on those before it, or not `may_change`.
    """
    ordered = sorted(events, key=lambda event: identity_of(batch, event))
    stored = _stored(batch, ordered, _among())
    ends = dict(_without_effect(batch, ordered, stored))
    others = [event for event in ordered if event not in ends]
    if others and may_change and _has_all(batch, others, stored):
        for _ in range(TRIES):
            with batch.connection.begin_nested() as savepoint:
                held = _stored(batch, others, _held())
                if _has_all(batch, others, held):
                    changed = _changed(batch, others, held)
                    if changed is None:
                        savepoint.rollback()
                        return ends
                    return ends | changed
                savepoint.rollback()  # somebody moved one: what is held is let go
    return ends


def _has_all(batch: Batch, events: Sequence[Event], stored: Stored) -> bool:
    return all(identity_of(batch, event) in stored for event in events)


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
        if row is None:
            continue
        before = stored_event(row, sent)
        if join(before, sent, row.own_team) == before:
            yield sent, DUPLICATE if is_repeat(before, sent, row.own_team) else SUPERSEDED


def _changed(batch: Batch, events: Sequence[Event], held: Stored) -> dict[Event, str] | None:
    """Put what stands in place of what was stored; None if that can't be done with all at once."""
    ends = dict(_without_effect(batch, events, held))
    changes = [_change(batch, e, held[identity_of(batch, e)]) for e in events if e not in ends]
    days = {day_of(change.row_id) for change in changes} - {day_of_event(e) for e in events}
    sealed = sealed_among(batch.connection, days)
    ends |= {change.sent: SEALED for change in changes if day_of(change.row_id) in sealed}
    moved = [change for change in changes if change.sent not in ends]
    if any(change.is_large for change in moved) or not _replace(batch, moved):
        return None
    return ends | dict.fromkeys((change.sent for change in moved), UPDATED)


def _change(batch: Batch, sent: Event, row: Any) -> _Change:
    standing = join(stored_event(row, sent), sent, row.own_team)
    priced = standing, batch.price(standing)
    weights = weight_of(priced), weight_of((sent, batch.price(sent))), stored_weight(row)
    return _Change(sent, row.id, *priced, is_large=any(weights) or is_costly(priced))


def _replace(batch: Batch, changes: Sequence[_Change]) -> bool:
    """Replace rows; False if one of the new ids turns out to be taken."""
    if not changes:
        return True
    batch.names.teams.look_up(batch.connection, [change.standing.team for change in changes])
    batch.names.models.look_up(batch.connection, [change.standing.model for change in changes])
    old = sorted(change.row_id for change in changes)
    count_rows(batch, old, sign=-1)
    batch.connection.execute(
        delete(token_event).where(is_among(token_event.c.id, "ids")), {"ids": old}
    )
    rows = rows_of(batch, [(change.standing, change.cost) for change in changes])
    if insert_new(batch, rows) != len(rows):
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
