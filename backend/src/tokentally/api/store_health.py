"""`GET /v1/health`: how the store does and what needs attention, for the page."""

from datetime import timedelta

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from tokentally.api.backend import Backend
from tokentally.api.deps import UserDep
from tokentally.api.description import problems
from tokentally.api.json_body import answer
from tokentally.api.store_health_answer import StoreHealth, shown
from tokentally.days import DayRange
from tokentally.queries.examination import Examination, examination
from tokentally.store.usage import Snapshot, read

UNPRICED_DAYS = 30

_EXAMPLE = {
    "as_of": "2026-11-21T12:00:00.000000Z",
    "data_version": 7,
    "database": {"engine": "SQLite 3.45.1", "bytes": 1_204_224},
    "events": 5_120,
    "pending": {"rows": 12, "oldest_seconds": 1.4},
    "last_fold": {
        "started_at": "2026-11-21T11:59:58.000000Z",
        "duration_seconds": 0.004,
        "rows": 25,
        "lag_seconds": 1.9,
    },
    "last_verify": {
        "started_at": "2026-11-21T11:30:00.000000Z",
        "duration_seconds": 0.8,
        "differences": 0,
    },
    "rollups_building": [],
    "sealed_days": {"count": 0, "first": None, "last": None},
    "deliveries": {
        "first_day": "2026-11-15",
        "last_day": "2026-11-21",
        "mismatches": 0,
        "counts": [{"source": "codex", "kind": "accepted", "reason": "", "events": 412}],
    },
    "unpriced": {
        "first_day": "2026-10-23",
        "last_day": "2026-11-21",
        "count": 1,
        "models": [
            {
                "model": "gpt-4.1",
                "unpriced_tokens": 5_020,
                "requests": 3,
                "has_price": True,
                "fix": "`tokentally reprice --model gpt-4.1` prices them",
            }
        ],
    },
    "findings": [
        {
            "line": "pending: 12 rows, the oldest for 412 s",
            "fix": "`tokentally fold` folds them; `tokentally serve` or `worker` must be running "
            "to do so",
        }
    ],
}
_SAID = problems({503: "The database is unavailable; try again."})
_SHOWN = {"responses": {"200": {"content": {"application/json": {"example": _EXAMPLE}}}}}

router = APIRouter(prefix="/v1/health", tags=["operations"], responses=_SAID)


@router.get("", response_model=StoreHealth, openapi_extra=_SHOWN)
async def show_health(called: UserDep) -> Response:
    """How the store does and what needs attention: of the organisation, and never of a user."""
    return answer(await run_in_threadpool(_health, called.backend))


def _health(backend: Backend) -> StoreHealth:
    today = backend.clock().date()
    days = DayRange(today - timedelta(days=UNPRICED_DAYS - 1), today)

    def look(now: Snapshot) -> Examination:
        return examination(now, backend.settings, backend.clock, days.numbers)

    found = read(backend.database, look)
    return shown(found, days, backend.settings.ready_fold_lag_seconds)
