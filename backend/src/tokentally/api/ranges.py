"""The wrappers that endpoints about the usage of all run through."""

from collections.abc import Callable
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
from tokentally.queries.previous import days_to_compare
from tokentally.store.usage import Snapshot, read

_HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}
_encode = msgspec.json.Encoder(decimal_format="number").encode


async def execute_date_range_endpoint(asked: Asked, query: partial[Any]) -> Response:
    """What `query(snapshot, days=…, …)` answers for the days that were asked for.

    Raises `InvalidDateRange`.
    """
    return await answer_for_organisation(asked.backend, partial(query, days=_days(asked)))


async def execute_comparison_endpoint(asked: Asked, query: partial[Any]) -> Response:
    """What `query(snapshot, days=…, previous=…, …)` answers for the days that were asked for, and
    those to compare them with (None where it isn't asked for).

    Raises `InvalidDateRange` and `InvalidComparison`.
    """
    days = _days(asked)
    previous = days_to_compare(days, asked.compare)
    return await answer_for_organisation(
        asked.backend, partial(query, days=days, previous=previous)
    )


def _days(asked: Asked) -> DayRange:
    return utc_day_range(
        asked.start_date,
        asked.end_date,
        today=asked.backend.clock().date(),
        max_days=asked.backend.settings.max_range_days,
    )


async def answer_for_organisation(backend: Backend, query: partial[Any]) -> Response:
    """What `query(snapshot, …)` answers from the usage of all."""
    answer = await kept_answer(backend, query, _encode)
    headers = _HEADERS | {"X-Tokentally-Rollup": "fallback"} if answer.from_raw else _HEADERS
    return Response(answer.body, headers=headers, media_type="application/json")


async def kept_answer(
    backend: Backend, query: partial[Any], encode: Callable[[Any], bytes]
) -> Answer:
    """What `query(snapshot, …)` answers, as `encode` writes it.

    The same query gets the same bytes until the data changes.
    """
    key = (query.func, *sorted(query.keywords.items()))
    state = await backend.kept.state()
    answer = backend.kept.get(key)
    if answer is None:
        answer = await run_in_threadpool(_answer, backend, query, encode)
        backend.kept.keep(state, key, answer)
    return answer


def _answer(backend: Backend, query: partial[Any], encode: Callable[[Any], bytes]) -> Answer:
    def ask(now: Snapshot) -> Answer:
        body = encode(query(now))
        return Answer(body, from_raw=bool(now.read_raw))

    return read(backend.database, ask)
