"""Pricing stored events anew, some at a time, while others write; reported costs stay.

The cost of an event changes together with the pending rows that carry the difference. Events are
read first and held only if their cost changes, in the order in which deliveries hold theirs.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, Update, bindparam, literal, select, update

from tokentally.models.columns import Int64
from tokentally.models.core import model, token_event
from tokentally.models.event import MAX_COST_NANO_USD, Cost, CostSource, Event
from tokentally.store.capacity import has_room, large_weight, take
from tokentally.store.dialect import is_among
from tokentally.store.event_ids import first_id
from tokentally.store.increments import add_pending
from tokentally.store.locks import deliver_with_others
from tokentally.store.rows import EVENT_COLUMNS, IDENTITY, stored_event
from tokentally.store.sealed import sealed_among
from tokentally.store.version import raise_version

Prices = Callable[[Connection], Callable[[Event], Cost]]

_ANYBODY = Event("", 0, "", "", "", "", 0, 0, 0, 0, 0, 0, 0, None, True, 0)
"""In place of what an event's cost doesn't depend on."""


class Part(NamedTuple):
    """Events of one UTC day (its number) to look at: up to `limit` after the row id `after`."""

    day: int
    model: str | None = None
    after: int = 0
    limit: int = 5_000


class Repriced(NamedTuple):
    """The event at `occurred_at` whose cost changed, in nano-USD; None stands for unpriced."""

    model: str
    occurred_at: int
    old: int | None
    new: int | None


class Outcome(NamedTuple):
    """What came of a part: the id that it ended at (None if nothing was left), the events whose
    cost changed, and how many stay as they are because the new cost is too large.
    """

    last: int | None
    repriced: list[Repriced]
    refused: int


class _Changed(NamedTuple):
    row: Row[Any]
    cost: Cost


def preview_part(connection: Connection, part: Part, price: Callable[[Event], Cost]) -> Outcome:
    """What `reprice_part` would do; nothing is changed."""
    rows = _look_at(connection, part)
    changed, refused = _changed(rows, price)
    return Outcome(rows[-1].id if rows else None, [_told(each) for each in changed], refused)


def reprice_part(connection: Connection, part: Part, prices: Prices, now: int) -> Outcome:
    """Price the events of a part anew; `now` is microseconds since 1970.

    Goes on from `Outcome.last`; a sealed day has nothing left.
    """
    deliver_with_others(connection)
    if sealed_among(connection, [part.day]):
        return Outcome(None, [], 0)
    price = prices(connection)
    rows = _look_at(connection, part)
    changed, refused = _changed(rows, price)
    weight = sum(map(_weight, changed))
    fits = not weight or take(connection, weight)
    held = _hold(connection, [each.row.id for each in changed])
    changed, _ = _changed(held, price)
    seconds = now // 1_000_000
    if changed and fits:
        _change(connection, changed, seconds)
    elif changed:
        kept = [each for each in changed if _change_if_room(connection, each, seconds)]
        refused, changed = refused + len(changed) - len(kept), kept
    if changed:
        raise_version(connection)
    return Outcome(rows[-1].id if rows else None, [_told(each) for each in changed], refused)


def _look_at(connection: Connection, part: Part) -> Sequence[Row[Any]]:
    ends = {"after": max(part.after, first_id(part.day) - 1), "end": first_id(part.day + 1)}
    named = {} if part.model is None else {"model": part.model}
    statement = _events(one_model=part.model is not None)
    return connection.execute(statement, {**ends, **named, "limit": part.limit}).all()


def _hold(connection: Connection, ids: list[int]) -> Sequence[Row[Any]]:
    """The events with these ids that are still there, held until the transaction ends."""
    return connection.execute(_held(), {"ids": ids}).all() if ids else []


def _changed(
    rows: Iterable[Row[Any]], price: Callable[[Event], Cost]
) -> tuple[list[_Changed], int]:
    """The events whose cost changes, and how many would come to cost too much."""
    costs = [_Changed(row, price(stored_event(row, _ANYBODY))) for row in rows]
    differ = [each for each in costs if each.cost != _cost(each.row)]
    meant = [each for each in differ if each.cost.nano_usd <= MAX_COST_NANO_USD]
    return meant, len(differ) - len(meant)


def _change(connection: Connection, changed: Sequence[_Changed], seconds: int) -> None:
    ids = sorted(each.row.id for each in changed)
    add_pending(connection, ids, seconds, sign=-1)
    connection.execute(_update(), [_parameters(each) for each in changed])
    add_pending(connection, ids, seconds)


def _change_if_room(connection: Connection, changed: _Changed, seconds: int) -> bool:
    row = changed.row
    with connection.begin_nested() as savepoint:
        add_pending(connection, [row.id], seconds, sign=-1)
        connection.execute(_update(), _parameters(changed))
        if not has_room(connection, row.id):
            savepoint.rollback()
            return False
        add_pending(connection, [row.id], seconds)
    return True


def _parameters(changed: _Changed) -> dict[str, int | None]:
    row, cost = changed
    return {
        "row": row.id,
        "nano_usd": cost.nano_usd,
        "source": cost.source,
        "price_id": cost.price_id,
    }


def _weight(changed: _Changed) -> int:
    tokens = changed.row.input_tokens + changed.row.output_tokens
    return large_weight(tokens, changed.cost.nano_usd)


def _cost(row: Row[Any]) -> Cost:
    return Cost(row.cost_nano_usd, row.cost_source, row.price_id)


def _told(changed: _Changed) -> Repriced:
    row, cost = changed
    return Repriced(row.model, row.occurred_at, _priced(_cost(row)), _priced(cost))


def _priced(cost: Cost) -> int | None:
    return None if cost.source == CostSource.unpriced else cost.nano_usd


@cache
def _events(*, one_model: bool) -> Select[Any]:
    own = token_event.c.cost_source != int(CostSource.reported)
    after = token_event.c.id > bindparam("after", type_=Int64)
    rows = _columns().where(own, after, token_event.c.id < bindparam("end", type_=Int64))
    if one_model:
        rows = rows.where(model.c.name == bindparam("model"))
    return rows.order_by(token_event.c.id).limit(bindparam("limit"))


@cache
def _held() -> Select[Any]:
    identity = (token_event.c[name] for name in IDENTITY)
    own = token_event.c.cost_source != int(CostSource.reported)
    rows = _columns().where(own, is_among(token_event.c.id, "ids")).order_by(*identity)
    return rows.with_for_update(of=token_event)


def _columns() -> Select[Any]:
    columns = (token_event.c[name] for name in EVENT_COLUMNS)
    named = select(*columns, model.c.name.label("model"), literal("").label("team"))
    return named.join(model, model.c.id == token_event.c.model_id)


@cache
def _update() -> Update:
    own = token_event.c.id == bindparam("row", type_=Int64)
    costs = {
        "cost_nano_usd": bindparam("nano_usd", type_=Int64),
        "cost_source": bindparam("source"),
        "price_id": bindparam("price_id"),
    }
    return update(token_event).where(own).values(costs)
