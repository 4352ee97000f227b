"""What a server that keeps raw events of three days still has, and says."""

from typing import Any

from backend.tests.engines.plain import rows
from backend.tests.factories import NOW, ORGANISATION
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.days import day_number
from tokentally_jobs.backfill import days_between
from tokentally_jobs.verify import verify_days, verify_totals

TODAY = day_number(NOW.date())
KEPT_DAYS = 3
SEALED = "day is sealed by retention"


def told(client: TestClient) -> list[Any]:
    span = {"start_date": "2026-11-01", "end_date": "2026-11-21"}
    return [client.get(path, params=span).json() for path in ORGANISATION]


def differences(backend: Backend) -> list[Any]:
    days = days_between(backend, range(TODAY + 1))
    return [*verify_days(backend, days), *verify_totals(backend)]


def days_stored(url: str) -> set[int]:
    return {int(day) for (day,) in rows(url, "SELECT DISTINCT id / 4294967296 FROM token_event")}
