"""How the store does: what waits, what the jobs did last, and how deliveries ended."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from tokentally.models.core import data_version, ingest_stat, job_run
from tokentally.queries.backlog import pending_rows, seconds_waited
from tokentally.store.capacity import REFUSED
from tokentally.store.outcomes import REJECTED

_UNSAID = {REJECTED: REFUSED}
"""Why events ended so where it isn't stored."""


@dataclass(frozen=True)
class Run:
    """The last run of a job: times in microseconds (since 1970), `rows` what it found or did."""

    started_at: int
    duration_micros: int
    rows: int
    lag_micros: int


@dataclass(frozen=True)
class Ended:
    """`n` events of `source` that ended as `kind`, for `reason` if they were not stored.

    Kinds are the outcomes of a delivery, `mismatch` for a total that isn't that of its parts, and
    `ignored` for telemetry that doesn't count.
    """

    source: str
    kind: str
    reason: str
    n: int


@dataclass(frozen=True)
class Health:
    """Figures of the store; `ended` in the order in which each kind was first seen.

    `first_run_at`: when a job ran for the first time (microseconds since 1970), as far as is known.
    """

    pending_rows: int
    seconds_waited: float
    first_run_at: int | None
    fold: Run | None
    verify: Run | None
    data_version: int
    ended: list[Ended]


def health(connection: Connection, now: datetime, since_day: int = 0) -> Health:
    """The figures now; deliveries of `since_day` (a day number) and later are counted."""
    return Health(
        pending_rows=pending_rows(connection),
        seconds_waited=seconds_waited(connection, now),
        first_run_at=connection.execute(select(func.min(job_run.c.started_at))).scalar(),
        fold=_last_run(connection, "fold"),
        verify=_last_run(connection, "verify"),
        data_version=connection.execute(select(data_version.c.version)).scalar_one(),
        ended=_ended(connection, since_day),
    )


def _last_run(connection: Connection, job: str) -> Run | None:
    columns = (job_run.c[name] for name in ("started_at", "duration_micros", "rows", "lag_micros"))
    newest = job_run.c.started_at.desc(), job_run.c.id.desc()
    runs = select(*columns).where(job_run.c.job == job).order_by(*newest).limit(1)
    row = connection.execute(runs).first()
    return None if row is None else Run(*row)


def _ended(connection: Connection, since_day: int) -> list[Ended]:
    table = ingest_stat
    group = (table.c.source, table.c.kind, table.c.reason)
    statement = (
        select(*group, func.sum(table.c.n))
        .where(table.c.day >= since_day)
        .group_by(*group)
        .order_by(func.min(table.c.day), *group)
    )
    rows = connection.execute(statement)
    return [
        Ended(source, kind, reason or _UNSAID.get(kind, ""), int(n))
        for source, kind, reason, n in rows
    ]
