"""What jobs did: a row a run, kept for a week."""

from sqlalchemy import Connection, delete, insert

from tokentally.days import DAY_MICROS
from tokentally.models.core import job_run

KEPT_MICROS = 7 * DAY_MICROS


def record_run(
    connection: Connection,
    job: str,
    *,
    started_at: int,
    ended_at: int,
    rows: int,
    lag_micros: int = 0,
) -> None:
    """Note a run of `job` (times in microseconds since 1970) and forget those of a week ago.

    `lag_micros`: how long the oldest of the rows had waited.
    """
    connection.execute(
        insert(job_run).values(
            job=job,
            started_at=started_at,
            duration_micros=max(0, ended_at - started_at),
            rows=rows,
            lag_micros=max(0, lag_micros),
        )
    )
    outdated = job_run.c.started_at < started_at - KEPT_MICROS
    connection.execute(delete(job_run).where(job_run.c.job == job, outdated))
