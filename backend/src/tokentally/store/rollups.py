"""The rollups: what each is grouped by, and its rows as read from raw events or pending rows."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, Table, case, func, literal, select

from tokentally.days import DAY_MICROS, QUARTER_MICROS, QUARTERS_A_DAY
from tokentally.models.core import (
    SUMS,
    app_user,
    model,
    model_daily_usage,
    pending_usage,
    people_daily_usage,
    people_total_usage,
    token_event,
    user_daily_usage,
    user_quarter_usage,
)
from tokentally.models.event import CostSource
from tokentally.store.event_ids import first_id


@dataclass(frozen=True)
class Rollup:
    """A rollup table and its key columns, in the order in which rows are written."""

    table: Table
    keys: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of the table."""
        return str(self.table.name)  # which is a kind of text that only SQLAlchemy knows


def _rollup(table: Table) -> Rollup:
    return Rollup(table, tuple(column.name for column in table.primary_key.columns))


USER_QUARTER = _rollup(user_quarter_usage)
USER_DAILY = _rollup(user_daily_usage)
MODEL_DAILY = _rollup(model_daily_usage)
PEOPLE_DAILY = _rollup(people_daily_usage)
PEOPLE_TOTAL = _rollup(people_total_usage)
OF_DAYS = (USER_QUARTER, USER_DAILY, MODEL_DAILY, PEOPLE_DAILY)
"""Those whose rows lie in days. The finest first; each of the others is made of it, or of one that
is."""
ROLLUPS = (*OF_DAYS, PEOPLE_TOTAL)
"""All; the last one is the sum of all days of the one before."""

_LEADERS = {"user_id": app_user, "model_id": model}


def rows_of_rollup(rollup: Rollup, days: range | None = None) -> Select[Any]:
    """The rollup's own rows of `days` (all for None), each with its keys and sums."""
    rows = select(*(rollup.table.c[name] for name in (*rollup.keys, *SUMS)))
    return rows if days is None else rows.where(during(rollup, days))


def rows_of_finer(rollup: Rollup, finer: Rollup, days: range) -> Select[Any]:
    """Rows of a finer rollup (by quarter or day) of `days` in the shape of `rollup`."""
    table = finer.table
    day = table.c.day if "day" in finer.keys else table.c.quarter // QUARTERS_A_DAY
    keys = [day.label("day") if name == "day" else table.c[name] for name in rollup.keys]
    return select(*keys, *(table.c[name] for name in SUMS)).where(during(finer, days))


def rows_of_pending(rollup: Rollup, days: range | None = None) -> Select[Any]:
    """Pending rows of `days` (all for None) in the shape of the rollup, one row an increment."""
    table = pending_usage
    keys = _keys(rollup, table, day=table.c.quarter // QUARTERS_A_DAY, quarter=table.c.quarter)
    statement = select(*keys, *(table.c[name] for name in SUMS))
    return statement if days is None else statement.where(quarters_in(days))


def rows_of_events(rollup: Rollup, which: ColumnElement[bool]) -> Select[Any]:
    """Raw events in the shape of the rollup, one row an event."""
    table = token_event
    tokens = table.c.input_tokens + table.c.output_tokens
    derived: dict[str, ColumnElement[Any]] = {
        "requests": literal(1),
        "failed_requests": 1 - table.c.success,
        "unpriced_tokens": case((table.c.cost_source == int(CostSource.unpriced), tokens), else_=0),
    }
    keys = _keys(
        rollup,
        table,
        day=table.c.occurred_at // DAY_MICROS,
        quarter=table.c.occurred_at // QUARTER_MICROS,
    )
    sums = [derived[name].label(name) if name in derived else table.c[name] for name in SUMS]
    return select(*keys, *sums).where(which)


def summed(rollup: Rollup, rows: Select[Any] | CompoundSelect[Any], sign: int = 1) -> Select[Any]:
    """`rows` (in the shape of the rollup) added up by key, in key order; `sign` -1 negates."""
    part = rows.subquery()
    keys = [part.c[name] for name in rollup.keys]
    sums = [(sign * func.sum(part.c[name])).label(name) for name in SUMS]
    return select(*keys, *sums).group_by(*keys).order_by(*keys)


def events_in(days: range) -> ColumnElement[bool]:
    """The condition that an event lies in `days` (day numbers)."""
    return token_event.c.id.between(first_id(days.start), first_id(days.stop) - 1)


def during(rollup: Rollup, days: range) -> ColumnElement[bool]:
    """The condition that a rollup row lies in `days` (day numbers).

    Where a user or model comes first in the key, naming every one of them lets the database go to
    the days of each instead of reading the whole table.
    """
    table, first = rollup.table, rollup.keys[0]
    within: ColumnElement[bool]
    if "day" in rollup.keys:
        within = table.c.day.between(days.start, days.stop - 1)
    else:
        within = _between_quarters(table, days)
    if first not in _LEADERS:
        return within
    return table.c[first].in_(select(_LEADERS[first].c.id)) & within


def quarters_in(days: range) -> ColumnElement[bool]:
    """The condition that a pending row lies in `days` (day numbers)."""
    return _between_quarters(pending_usage, days)


def _between_quarters(table: Table, days: range) -> ColumnElement[bool]:
    return table.c.quarter.between(days.start * QUARTERS_A_DAY, days.stop * QUARTERS_A_DAY - 1)


def _keys(
    rollup: Rollup, table: Table, *, day: ColumnElement[Any], quarter: ColumnElement[Any]
) -> list[ColumnElement[Any]]:
    time = {"day": day, "quarter": quarter}
    return [time[name].label(name) if name in time else table.c[name] for name in rollup.keys]
