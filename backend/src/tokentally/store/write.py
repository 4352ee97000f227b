"""Writing events: event rows and their pending rows, in the caller's transaction."""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from typing import Any

import msgspec
from sqlalchemy import Select, select

from tokentally.models.core import app_user, team, token_event
from tokentally.models.event import Event
from tokentally.store.batch import (
    Batch,
    Priced,
    count_rows,
    day_of_event,
    insert_new,
    is_costly,
    rows_of,
    weight_of,
)
from tokentally.store.capacity import take
from tokentally.store.dialect import is_among
from tokentally.store.meet import settle
from tokentally.store.meet_many import meet_many
from tokentally.store.names import UNASSIGNED
from tokentally.store.outcomes import ACCEPTED, COSTLY, SEALED
from tokentally.store.rows import IDENTITY
from tokentally.store.sealed import sealed_among


def write_events(batch: Batch, events: Sequence[Event]) -> list[str]:
    """Store `events` in their order and say of each how it ended.

    `batch.names` must know every name in `events`. Events without a team get their user's. The
    outcomes are those of `tokentally.store.outcomes`.
    """
    days = {day_of_event(event) for event in events}
    sealed = sealed_among(batch.connection, days)
    if not sealed:
        return _write(batch, events)
    written = iter(_write(batch, [event for event in events if day_of_event(event) not in sealed]))
    return [SEALED if day_of_event(event) in sealed else next(written) for event in events]


def _write(batch: Batch, events: Sequence[Event]) -> list[str]:
    if not events:
        return []
    priced = [(event, batch.price(event)) for event in _with_teams(batch, events)]
    if not any(map(weight_of, priced)):
        return _write_ordinary(batch, priced)
    meant = [each for each in priced if not is_costly(each)]
    written = iter(_write_large(batch, meant))
    return [COSTLY if is_costly(each) else next(written) for each in priced]


def _write_large(batch: Batch, priced: list[Priced]) -> list[str]:
    if not priced:
        return []
    weight = sum(map(weight_of, priced))
    if not weight or take(batch.connection, weight):
        return _write_ordinary(batch, priced)
    outcomes: list[str] = []
    for weighty, run in groupby(priced, weight_of):
        outcomes += (_write_weighty if weighty else _write_ordinary)(batch, list(run))
    return outcomes


def _write_ordinary(batch: Batch, events: list[Priced]) -> list[str]:
    """Insert all at once; those whose identity exists already then meet it one by one.

    That in the order of identities: two writers then never wait for each other.
    """
    rows = rows_of(batch, events)
    if insert_new(batch, rows) == len(rows):
        count_rows(batch, [row[0] for row in rows])
        return [ACCEPTED] * len(rows)
    stored = _stored_ids(batch, rows)
    count_rows(batch, sorted(stored))
    outcomes = [ACCEPTED] * len(rows)
    met = [place for place, row in enumerate(rows) if row[0] not in stored]
    once = _met_once(rows, events, met)
    settled = meet_many(batch, once, may_change=len(once) == len(met))
    for place in sorted(met, key=lambda place: rows[place][1:4]):
        event, cost = events[place]
        outcomes[place] = settled.get(event) or settle(batch, event, cost, check=False)
    return outcomes


def _met_once(rows: list[tuple[Any, ...]], events: list[Priced], places: list[int]) -> list[Event]:
    """The events at `places`, but for those whose identity is in the batch more than once: what
    such an event meets depends on those before it.
    """
    times = Counter(row[1:4] for row in rows)
    return [events[place][0] for place in places if times[rows[place][1:4]] == 1]


def _write_weighty(batch: Batch, events: list[Priced]) -> list[str]:
    """One by one: whether an event has room depends on those before it."""
    return [settle(batch, event, cost, check=True) for event, cost in events]


def _stored_ids(batch: Batch, rows: list[tuple[Any, ...]]) -> set[int]:
    """The row ids of those that are stored; an id may be that of another event."""
    ids = {"ids": [row[0] for row in rows]}
    stored = {row[0]: tuple(row[1:]) for row in batch.connection.execute(_with_ids(), ids)}
    return {row[0] for row in rows if stored.get(row[0]) == row[1:4]}


@cache
def _with_ids() -> Select[Any]:
    identity = (token_event.c[name] for name in IDENTITY)
    return select(token_event.c.id, *identity).where(is_among(token_event.c.id, "ids"))


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
