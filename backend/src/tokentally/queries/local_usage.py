"""One user's own usage in local days: whose, when, of which source and model, and its sums."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, Table, case, or_, select

from tokentally.days import QUARTERS_A_DAY
from tokentally.local_days import LocalDays, runs_between
from tokentally.models.core import app_user, model, source
from tokentally.store.rollups import USER_QUARTER
from tokentally.store.usage import Snapshot
from tokentally.store.usage_aliases import Span, counted_as


@dataclass(frozen=True)
class LocalUsage:
    """The usage of `user` (a name) in local days; of one source or model (names) if it is given.

    What counts as the model by an alias for usage is taken in.
    """

    user: str
    days: LocalDays
    source: str | None = None
    model: str | None = None


class Used(NamedTuple):
    """Sums of usage; the cost is in nano-USD."""

    requests: int = 0
    input_tokens: int = 0
    cached_input_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 0
    reasoning_output_tokens: int = 0
    cost_nano_usd: int = 0
    unpriced_tokens: int = 0

    @property
    def tokens(self) -> int:
        """All tokens, input and output."""
        return self.input_tokens + self.output_tokens


NOTHING = Used()

_KEYS = {"source": "source_id", "model": "model_id"}
_NAMES = {"source": source, "model": model}


def added(parts: Iterable[Used]) -> Used:
    """The sums of all parts together."""
    return Used(*map(sum, zip(NOTHING, *parts, strict=True)))


def local_sums(
    now: Snapshot,
    own: LocalUsage,
    *,
    by: Sequence[str],
    of: Sequence[str] = Used._fields,
    bounds: Sequence[int] = (),
) -> dict[tuple[Any, ...], Used]:
    """What was used for each `by` of `period`, `quarter`, `source`, `model` and `mode`.

    A period is the place, from 0 on, between the `bounds` (quarters) of all periods. Only the
    columns `of` are added up, and groups where all of them are 0 left out. The database goes to the
    user's rows in the window by the rollup's key.
    """
    window = own.days.window
    aliases = [] if own.model is None else counted_as(now.connection, own.model)

    def where(usage: Subquery) -> list[ColumnElement[bool]]:
        belongs = usage.c.user_id == _id_of(app_user, own.user)
        during = usage.c.quarter.between(window.start, window.stop - 1)
        return [belongs, during, *_filters(usage, own, aliases)]

    sums = now.sums(
        USER_QUARTER,
        range(window.start // QUARTERS_A_DAY, (window.stop - 1) // QUARTERS_A_DAY + 1),
        by=[_KEYS.get(name, name) for name in by],
        of=of,
        where=where,
        derived={"period": lambda usage: _period(usage.c.quarter, bounds)},
    )
    found = {}
    for row in now.connection.execute(_named(sums, by, of)):
        keys, amounts = tuple(row[: len(by)]), map(int, row[len(by) :])
        found[keys] = Used(**dict(zip(of, amounts, strict=True)))
    return {keys: used for keys, used in found.items() if any(used)}


def _named(sums: Subquery, by: Sequence[str], of: Sequence[str]) -> Select[Any]:
    """The sums, with names in place of ids."""
    keys = [_NAMES[name].c.name if name in _NAMES else sums.c[name] for name in by]
    statement = select(*keys, *(sums.c[name] for name in of)).select_from(sums)
    for name in _NAMES.keys() & by:
        statement = statement.join(_NAMES[name], _NAMES[name].c.id == sums.c[_KEYS[name]])
    return statement


def _period(quarter: ColumnElement[int], bounds: Sequence[int]) -> ColumnElement[int]:
    runs = runs_between(bounds)
    places = [(quarter < run.stop, (quarter - run.start) // run.length + run.first) for run in runs]
    return case(*places[:-1], else_=places[-1][1]) if len(places) > 1 else places[0][1]


def _filters(usage: Subquery, own: LocalUsage, aliases: list[Span]) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if own.source is not None:
        wanted.append(usage.c.source_id == _id_of(source, own.source))
    if own.model is not None:
        as_itself = usage.c.model_id == _id_of(model, own.model)
        wanted.append(or_(as_itself, *(_counts(usage, span) for span in aliases)))
    return wanted


def _counts(usage: Subquery, span: Span) -> ColumnElement[bool]:
    first, last = span.first * QUARTERS_A_DAY, span.until * QUARTERS_A_DAY - 1
    of_model = usage.c.model_id == _id_of(model, span.model)
    return of_model & usage.c.quarter.between(first, last)


def _id_of(table: Table, name: str) -> ColumnElement[int]:
    return select(table.c.id).where(table.c.name == name).scalar_subquery()
