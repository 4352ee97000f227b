"""What was found, in plain lines, and what mends that which needs attention."""

import shlex
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from tokentally.clock import microseconds, rfc3339
from tokentally.queries.examination import DAYS_COUNTED, Examination, UnpricedModel
from tokentally.queries.health import Ended, Health, Run
from tokentally.store.outcomes import MISMATCH

LONGEST_UNVERIFIED = timedelta(days=1)
FIRST_VERIFIED = timedelta(hours=1)
"""By then the jobs of a new database have verified it; a server does so within a minute."""


class Finding(NamedTuple):
    """A line, and what mends it if it needs attention."""

    line: str
    fix: str | None = None


def findings(found: Examination, longest_wait: float) -> Iterator[Finding]:
    """What was found, line by line; pending rows may wait for `longest_wait` seconds."""
    yield Finding(f"events: {'not known' if found.events is None else f'{found.events:,}'}")
    yield Finding(f"as of: {found.as_of or 'never'}")
    for name in found.building:
        yield Finding(
            f"{name}: missing or being rebuilt; answers come from raw events",
            "`tokentally backfill` rebuilds it, as a running server does by itself",
        )
    yield _pending(found.figures, longest_wait)
    yield Finding(f"last fold: {_fold(found.figures.fold)}")
    yield _verified(found.figures, microseconds(found.at))
    yield from _deliveries(found.figures.ended)
    yield from _unpriced(found)


def how_to_price(each: UnpricedModel) -> str:
    """The commands that give the events of a model their price."""
    model = shlex.quote(each.sums.model)
    if each.has_price:
        return f"`tokentally reprice --model {model}` prices them"
    return (
        f"`tokentally prices set {model} --effective-from DAY --input USD --output USD` or "
        f"`tokentally aliases set {model} OTHER`, then `tokentally reprice --model {model}`"
    )


def _pending(figures: Health, longest: float) -> Finding:
    line = f"pending: {figures.pending_rows:,} rows"
    if not figures.pending_rows:
        return Finding(line)
    line += f", the oldest for {figures.seconds_waited:,.0f} s"
    late = figures.seconds_waited > longest
    fix = "`tokentally fold` folds them; `tokentally serve` or `worker` must be running to do so"
    return Finding(line, fix if late else None)


def _fold(run: Run | None) -> str:
    if run is None:
        return "never"
    return (
        f"{rfc3339(run.started_at)}, {run.rows:,} rows in {run.duration_micros / 1e6:.3f} s, "
        f"the oldest after {run.lag_micros / 1e6:,.1f} s"
    )


def _verified(figures: Health, now: int) -> Finding:
    run, first = figures.verify, figures.first_run_at
    if run is None:
        late = first is not None and now - first > _micros(FIRST_VERIFIED)
        return Finding("last verify: never", "`tokentally verify` does it" if late else None)
    line = f"last verify: {rfc3339(run.started_at)}, {run.rows:,} differences"
    if run.rows:
        return Finding(line, "`tokentally backfill` mends them, then `tokentally verify`")
    old = now - run.started_at > _micros(LONGEST_UNVERIFIED)
    return Finding(line, "that is long ago: `tokentally verify` does it" if old else None)


def _micros(length: timedelta) -> int:
    return length // timedelta(microseconds=1)


def _deliveries(ended: list[Ended]) -> Iterator[Finding]:
    yield Finding(f"received in the last {DAYS_COUNTED} days:{'' if ended else ' nothing'}")
    for each in sorted(ended, key=lambda each: (each.source, each.kind, each.reason)):
        yield Finding(f"  {each.source or '(unknown)'}: {each.n:,} {_how(each)}")


def _how(each: Ended) -> str:
    if each.kind == MISMATCH:
        return "whose stated total is not the sum of its parts"
    return f"{each.kind}: {each.reason}" if each.reason else each.kind


def _unpriced(found: Examination) -> Iterator[Finding]:
    if not found.unpriced:
        return
    yield Finding("unpriced, and so missing in every cost:")
    for each in found.unpriced:
        yield Finding(f"  {each.sums.model}: {each.sums.tokens:,} tokens; {how_to_price(each)}")
    if more := found.unpriced_count - len(found.unpriced):
        yield Finding(f"  and {more:,} more models")
