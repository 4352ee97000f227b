import pytest
from backend.tests.exactness.oracle import Oracle
from backend.tests.exactness.stored import assert_exact
from backend.tests.factories import NOW, SettableClock
from jobs.tests.conftest import Send
from jobs.tests.usage_rows import change, march, rows
from trials.programs import until

from tokentally.api.backend import Backend, open_backend
from tokentally.config import Settings
from tokentally_jobs.scheduler import running_scheduler
from tokentally_jobs.verify import verify_recent

pytestmark = pytest.mark.every_engine

PENDING = "SELECT count(*) FROM pending_usage"


def test_no_job_runs_twice_at_a_time_or_is_given_up_when_late(backend: Backend) -> None:
    with running_scheduler(backend) as scheduler:
        jobs = {
            job.id: (job.max_instances, job.coalesce, job.misfire_grace_time)
            for job in scheduler.get_jobs()
        }

    assert jobs == dict.fromkeys(("fold", "mend", "verify", "retire"), (1, True, None))


def test_jobs_run_as_often_as_they_shall(settings: Settings) -> None:
    backend = open_backend(settings.model_copy(update={"fold_interval_seconds": 0.5}))
    with running_scheduler(backend) as scheduler:
        seconds = {job.id: job.trigger.interval.total_seconds() for job in scheduler.get_jobs()}
    backend.close()

    assert seconds == {"fold": 0.5, "mend": 5, "verify": 3600, "retire": 3600}


def test_the_scheduler_folds_what_comes(settings: Settings, send: Send, database_url: str) -> None:
    backend = open_backend(settings.model_copy(update={"fold_interval_seconds": 0.02}))
    with running_scheduler(backend):
        send(march(1))
        until(lambda: rows(database_url, PENDING) == [(0,)], "nobody folded")
        send(march(2))
        until(lambda: rows(database_url, PENDING) == [(0,)], "nobody folded again")
    backend.close()

    oracle = Oracle()
    for day in (1, 2):
        oracle.deliver(march(day), NOW)
    assert_exact(database_url, oracle)


def test_the_hourly_check_tells_of_drift_and_mends_nothing(
    backend: Backend, clock: SettableClock, send: Send, database_url: str
) -> None:
    send(march(1), march(2, event_id="today", occurred_at="2026-11-21T10:00:00+00:00"))
    assert verify_recent(backend) == 0
    change(database_url, "UPDATE pending_usage SET output_tokens = output_tokens + 1")
    damaged = rows(database_url, "SELECT * FROM pending_usage")

    found = verify_recent(backend)

    assert found == 2
    assert rows(database_url, "SELECT * FROM pending_usage") == damaged
    assert rows(database_url, "SELECT job, rows FROM job_run") == [("verify", 0), ("verify", 2)]
    assert clock.now == NOW
