"""One user's own usage in local days: whose, when, of which source and model, and its sums."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from tokentally.days import QUARTERS_A_DAY
from tokentally.local_days import LocalDays, Run, runs_between
from tokentally.queries.local_statement import Shape, statement_of
from tokentally.store.event_ids import first_id
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
    runs = runs_between(bounds)
    spans = [] if own.model is None else counted_as(now.connection, own.model)
    days = _utc_days(own.days.window)
    shape = Shape(
        by=tuple(by),
        of=tuple(of),
        raw=now.must_read_raw(USER_QUARTER, days),
        runs=len(runs),
        of_source=own.source is not None,
        of_model=own.model is not None,
        spans=len(spans),
    )
    found = {}
    for row in now.connection.execute(statement_of(shape), dict(_values(own, days, runs, spans))):
        keys, amounts = tuple(row[: len(by)]), map(int, row[len(by) :])
        found[keys] = Used(**dict(zip(of, amounts, strict=True)))
    return {keys: used for keys, used in found.items() if any(used)}


def _utc_days(quarters: range) -> range:
    """The UTC days that hold these quarters."""
    return range(quarters.start // QUARTERS_A_DAY, (quarters.stop - 1) // QUARTERS_A_DAY + 1)


def _values(
    own: LocalUsage, days: range, runs: Sequence[Run], spans: Sequence[Span]
) -> Iterator[tuple[str, object]]:
    """What the names in a statement stand for."""
    window = own.days.window
    yield from (("user", own.user), ("source", own.source), ("model", own.model))
    yield from (("first_quarter", window.start), ("last_quarter", window.stop - 1))
    yield from (("first_id", first_id(days.start)), ("last_id", first_id(days.stop) - 1))
    for number, run in enumerate(runs):
        yield from ((f"{field}_{number}", value) for field, value in run._asdict().items())
    for number, span in enumerate(spans):
        yield f"as_{number}", span.model
        yield f"since_{number}", span.first * QUARTERS_A_DAY
        yield f"until_{number}", span.until * QUARTERS_A_DAY - 1
