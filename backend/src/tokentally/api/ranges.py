"""The wrapper that every `/tokens*` endpoint runs through."""

from functools import partial
from typing import Any

import msgspec
from fastapi import Response
from starlette.concurrency import run_in_threadpool

from tokentally.api.backend import Backend
from tokentally.api.deps import Asked
from tokentally.api.kept import Answer
from tokentally.days import DayRange
from tokentally.queries.date_range import utc_day_range
from tokentally.store.usage import Snapshot, read

_HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}
_encode = msgspec.json.Encoder(decimal_format="number").encode


async def execute_date_range_endpoint(asked: Asked, query: partial[Any]) -> Response:
    """What `query(snapshot, days, …)` answers for the days that were asked for.

    The same request gets the same bytes until the data changes. Raises `InvalidDateRange`.
    """
    backend = asked.backend
    days = utc_day_range(
        asked.start_date,
        asked.end_date,
        today=backend.clock().date(),
        max_days=backend.settings.max_range_days,
    )
    key = (query.func, *sorted(query.keywords.items()), days)
    state = await backend.kept.state()
    answer = backend.kept.get(key)
    if answer is None:
        answer = await run_in_threadpool(_answer, backend, days, query)
        backend.kept.keep(state, key, answer)
    headers = _HEADERS | {"X-Tokentally-Rollup": "fallback"} if answer.from_raw else _HEADERS
    return Response(answer.body, headers=headers, media_type="application/json")


def _answer(backend: Backend, days: DayRange, query: partial[Any]) -> Answer:
    def ask(now: Snapshot) -> Answer:
        answer = query(now, days)
        return Answer(_encode(answer), from_raw=bool(now.read_raw))

    return read(backend.database, ask)
