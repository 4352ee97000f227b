"""`tokentally doctor`: how the database does, in plain lines, and what needs attention."""

from collections.abc import Iterator

from rich.filesize import decimal
from sqlalchemy import Connection

from tokentally.clock import Clock
from tokentally.config import Settings
from tokentally.days import ALL_DAYS, day_number
from tokentally.queries.active_sources import active_sources, calls_alike
from tokentally.queries.examination import DAYS_COUNTED, examination
from tokentally.queries.findings import Finding, findings
from tokentally.queries.source_findings import source_findings
from tokentally.store.rollup_state import not_ready
from tokentally.store.schema import HEAD, revision
from tokentally.store.size import database_size, engine_name
from tokentally.store.usage import Snapshot
from tokentally_jobs.terminal import say

_FEW = ("nothing needs attention", "1 needs attention")


def examine(connection: Connection, settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Findings of the database that `connection` holds a snapshot of."""
    yield Finding(f"database: {engine_name(connection)}, {decimal(database_size(connection))}")
    found = revision(connection)
    yield _schema(found)
    if found == HEAD:
        now = Snapshot(connection, not_ready(connection))
        whole = examination(now, settings, clock, ALL_DAYS)
        yield from findings(whole, settings.ready_fold_lag_seconds)
        today = day_number(clock().date())
        days = range(today - DAYS_COUNTED + 1, today + 1)
        yield from source_findings(active_sources(now, days), calls_alike(now, days), DAYS_COUNTED)


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
