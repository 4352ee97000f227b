"""`tokentally doctor`: how the database does, in plain lines, and what needs attention."""

import shlex
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from tokentally.clock import Clock, microseconds, rfc3339
from tokentally.config import Settings
from tokentally.days import day_number
from tokentally.pricing.book import open_book
from tokentally.queries.health import Ended, Health, Run, health
from tokentally.queries.stored import events_stored
from tokentally.queries.unpriced import unpriced_models
from tokentally.store.capacity import REFUSED
from tokentally.store.outcomes import REJECTED
from tokentally.store.rollup_state import not_ready
from tokentally.store.schema import HEAD, revision
from tokentally.store.size import database_size, engine_name
from tokentally.store.usage import Snapshot
from tokentally.store.version import as_of
from tokentally_jobs.terminal import say

DAYS_COUNTED = 7
MODELS_LISTED = 20
LONGEST_UNVERIFIED = timedelta(days=1)

_MEGABYTE = 1_000_000
_FEW = ("nothing needs attention", "1 needs attention")


class Finding(NamedTuple):
    """A line, and what mends it if it needs attention."""

    line: str
    fix: str | None = None


def examine(connection: Connection, settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Findings of the database that `connection` holds a snapshot of."""
    size = database_size(connection) / _MEGABYTE
    yield Finding(f"database: {engine_name(connection)}, {size:,.1f} MB")
    found = revision(connection)
    yield _schema(found)
    if found == HEAD:
        yield from _contents(connection, settings, clock)


def tell_findings(connection: Connection, settings: Settings, clock: Clock) -> int:
    """Print the findings; returns how many need attention."""
    attention = 0
    for finding in examine(connection, settings, clock):
        say(finding.line)
        if finding.fix:
            say(f"  needs attention: {finding.fix}")
            attention += 1
    say(f"{attention} need attention" if attention > 1 else _FEW[attention])
    return attention


def _schema(found: str | None) -> Finding:
    if found == HEAD:
        return Finding(f"schema: {found}")
    if found is None or found < HEAD:
        fix = "`tokentally fold`, like every command that stores, brings it there"
    else:
        fix = "it was made by a newer Tokentally: upgrade this one"
    return Finding(f"schema: {found or 'none'}, and this version needs {HEAD}", fix)


def _contents(connection: Connection, settings: Settings, clock: Clock) -> Iterator[Finding]:
    now = clock()
    today = day_number(now.date())
    figures = health(connection, now, since_day=today - DAYS_COUNTED + 1)
    building = not_ready(connection)
    events = events_stored(Snapshot(connection, building))
    yield Finding(f"events: {events:,}")
    yield Finding(f"as of: {as_of(connection) or 'never'}")
    for name in sorted(building):
        yield Finding(
            f"{name}: missing or being rebuilt; answers come from raw events",
            "`tokentally backfill` rebuilds it, as a running server does by itself",
        )
    yield _pending(figures, settings.ready_fold_lag_seconds)
    yield Finding(f"last fold: {_fold(figures.fold)}")
    yield _verified(figures.verify, microseconds(now), anything=events > 0)
    yield from _deliveries(figures.ended)
    yield from _unpriced(Snapshot(connection, building), settings, clock)


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


def _verified(run: Run | None, now: int, *, anything: bool) -> Finding:
    if run is None:
        return Finding("last verify: never", "`tokentally verify` does it" if anything else None)
    line = f"last verify: {rfc3339(run.started_at)}, {run.rows:,} differences"
    if run.rows:
        return Finding(line, "`tokentally backfill` mends them, then `tokentally verify`")
    old = now - run.started_at > LONGEST_UNVERIFIED // timedelta(microseconds=1)
    return Finding(line, "that is long ago: `tokentally verify` does it" if old else None)


def _deliveries(ended: list[Ended]) -> Iterator[Finding]:
    yield Finding(f"received in the last {DAYS_COUNTED} days:{'' if ended else ' nothing'}")
    for each in sorted(ended, key=lambda each: (each.source, each.kind, each.reason)):
        yield Finding(f"  {each.source or '(unknown)'}: {each.n:,} {_how(each)}")


def _how(each: Ended) -> str:
    if each.kind == "mismatch":
        return "whose stated total is not the sum of its parts"
    return f"rejected: {each.reason or REFUSED}" if each.kind == REJECTED else each.kind


def _unpriced(now: Snapshot, settings: Settings, clock: Clock) -> Iterator[Finding]:
    models = unpriced_models(now)
    if not models:
        return
    yield Finding("unpriced, and so missing in every cost:")
    book = open_book(settings, clock)
    for model, tokens in models[:MODELS_LISTED]:
        today = day_number(clock().date())
        known = book.tiers(now.connection, model, today, keep=False)
        yield Finding(f"  {model}: {tokens:,} tokens; {_pricing(shlex.quote(model), bool(known))}")
    if len(models) > MODELS_LISTED:
        yield Finding(f"  and {len(models) - MODELS_LISTED:,} more models")


def _pricing(model: str, known: bool) -> str:
    if known:
        return f"`tokentally reprice --model {model}` prices them"
    return (
        f"`tokentally prices set {model} --effective-from DAY --input USD --output USD` or "
        f"`tokentally aliases set {model} OTHER`, then `tokentally reprice --model {model}`"
    )
