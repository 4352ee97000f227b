"""The statement that adds up one user's usage in local days.

Making one costs more than asking it, so those of the same shape are made once: whose usage, when
and of what are values that it is given.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, Table, bindparam, case, or_, select

from tokentally.models.columns import Int64
from tokentally.models.core import app_user, model, source, token_event
from tokentally.store.rollups import USER_QUARTER, rows_of_events, rows_of_pending, rows_of_rollup
from tokentally.store.usage import added_up

MOST_REMEMBERED = 256

_KEYS = {"source": "source_id", "model": "model_id"}
_NAMES = {"source": source, "model": model}


class Shape(NamedTuple):
    """What a statement groups `by` (`period`, `quarter`, `source`, `model`, `mode`) and adds up.

    `raw`: from events in place of the rollup. `runs` of periods, and `spans` of days on which
    another model counts as the one asked for, are given as numbers of them.
    """

    by: tuple[str, ...]
    of: tuple[str, ...]
    raw: bool
    runs: int
    of_source: bool
    of_model: bool
    spans: int


@lru_cache(MOST_REMEMBERED)
def statement_of(shape: Shape) -> Select[Any]:
    """A row for each group: its keys, with names in place of ids, then its sums."""
    sums = added_up(
        _rows(raw=shape.raw),
        by=[_KEYS.get(name, name) for name in shape.by],
        of=shape.of,
        where=lambda usage: _wanted(usage, shape),
        derived={"period": lambda usage: _period(usage.c.quarter, shape.runs)},
    )
    return _named(sums, shape.by, shape.of)


def _rows(*, raw: bool) -> list[Select[Any]]:
    if not raw:
        return [rows_of_rollup(USER_QUARTER), rows_of_pending(USER_QUARTER)]
    of_days = token_event.c.id.between(_number("first_id"), _number("last_id"))
    return [rows_of_events(USER_QUARTER, of_days)]


def _wanted(usage: Subquery, shape: Shape) -> list[ColumnElement[bool]]:
    wanted = [
        usage.c.user_id == _id_of(app_user, "user"),
        usage.c.quarter.between(_number("first_quarter"), _number("last_quarter")),
    ]
    if shape.of_source:
        wanted.append(usage.c.source_id == _id_of(source, "source"))
    if shape.of_model:
        as_itself = usage.c.model_id == _id_of(model, "model")
        wanted.append(or_(as_itself, *(_counts(usage, number) for number in range(shape.spans))))
    return wanted


def _counts(usage: Subquery, number: int) -> ColumnElement[bool]:
    during = usage.c.quarter.between(_number(f"since_{number}"), _number(f"until_{number}"))
    return (usage.c.model_id == _id_of(model, f"as_{number}")) & during


def _period(quarter: ColumnElement[int], runs: int) -> ColumnElement[int]:
    """The number of the period that a quarter lies in, by the run that it lies in."""
    places = [
        (quarter < _number(f"stop_{number}"), _place_in(quarter, number)) for number in range(runs)
    ]
    return case(*places[:-1], else_=places[-1][1]) if len(places) > 1 else places[0][1]


def _place_in(quarter: ColumnElement[int], run: int) -> ColumnElement[int]:
    into_run = quarter - _number(f"start_{run}")
    return into_run // _number(f"length_{run}") + _number(f"first_{run}")


def _named(sums: Subquery, by: Sequence[str], of: Sequence[str]) -> Select[Any]:
    keys = [_NAMES[name].c.name if name in _NAMES else sums.c[name] for name in by]
    statement = select(*keys, *(sums.c[name] for name in of)).select_from(sums)
    for name in _NAMES.keys() & by:
        statement = statement.join(_NAMES[name], _NAMES[name].c.id == sums.c[_KEYS[name]])
    return statement


def _id_of(table: Table, name: str) -> ColumnElement[int]:
    return select(table.c.id).where(table.c.name == bindparam(name)).scalar_subquery()


def _number(name: str) -> ColumnElement[int]:
    return bindparam(name, type_=Int64)
