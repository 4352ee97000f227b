"""Reads: answers from rollups against raw events, and answers kept for reuse."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from functools import partial

from sqlalchemy import text

from benchmarks.database import database
from benchmarks.load import DAYS, FIRST_DAY
from benchmarks.measure import Figure, median_seconds, percentile, seconds, seconds_each
from benchmarks.server import exchange, get, running_server
from tokentally.days import DayRange, date_of
from tokentally.queries.filters import Filter
from tokentally.queries.hours import tokens_per_hour
from tokentally.queries.leaderboard import Board, leaderboard
from tokentally.queries.leaderboard_window import Period
from tokentally.queries.models import tokens_per_model
from tokentally.queries.teams import tokens_per_team
from tokentally.store.engine import Database
from tokentally.store.event_ids import first_id
from tokentally.store.usage import Snapshot, read

LAST = date_of(FIRST_DAY + DAYS - 1)
NOON = clock_time(12)
ASKED = 100
_RAW = text(
    "SELECT m.name, sum(e.input_tokens + e.output_tokens), count(*), sum(e.cost_nano_usd)"
    " FROM token_event e JOIN model m ON m.id = e.model_id"
    " WHERE e.id BETWEEN :first AND :last GROUP BY m.name"
)


def queries(url: str) -> list[Figure]:
    """Uncached answers, p99 of 100, and the raw scan of the same days."""
    with database(url) as opened:
        month, year = _last(30), _last(365)
        raw_month = median_seconds(partial(_raw, opened, month), 3)
        raw_year = seconds(partial(_raw, opened, year))
        by_model = partial(tokens_per_model, only=Filter())
        by_hour = partial(tokens_per_hour, only=Filter())
        by_team = partial(tokens_per_team, show_all_names=True)
        return [
            _figure(opened, "/tokens/models 30 d", by_model, month, "<= 20", raw_month),
            _figure(opened, "/tokens/models 365 d", by_model, year, "<= 100", raw_year),
            _figure(opened, "/tokens/hourly 30 d", by_hour, month, "<= 100", raw_month),
            _figure(opened, "/tokens 30 d", by_team, month, "", raw_month),
            *(_board_figure(opened, period) for period in Period),
        ]


def kept_answers(url: str, goal: str) -> list[Figure]:
    """The same question again over unchanged data, 32 clients, against a bare ASGI answer."""
    with running_server(url) as server:
        requests = [get(f"/tokens/models?start_date={LAST - timedelta(days=29)}&end_date={LAST}")]
        rate = _rate(lambda: asyncio.run(exchange(server.host, server.port, requests * 20_000, 32)))
    return [Figure("/tokens/models unchanged, one worker", rate, "requests/s", goal)]


def _rate(run: Callable[[], list[float]]) -> float:
    start = time.perf_counter()
    return len(run()) / (time.perf_counter() - start)


def _figure(
    opened: Database,
    what: str,
    query: Callable[[Snapshot, DayRange], object],
    days: DayRange,
    goal: str,
    raw: float,
) -> Figure:
    times = seconds_each(lambda: read(opened, lambda now: query(now, days)), ASKED)
    ratio = raw / sorted(times)[len(times) // 2]
    slow = 1000 * percentile(times, 0.99)
    return Figure(f"{what}, uncached, p99", slow, "ms", goal, "raw GROUP BY of the days", ratio)


def _board_figure(opened: Database, period: Period) -> Figure:
    at = datetime.combine(LAST, NOON, UTC)
    query = partial(leaderboard, board=Board(period, LAST, at), caller="user-0001")
    times = seconds_each(lambda: read(opened, query), ASKED)
    what = f"vibeusage-leaderboard, {period}, uncached, p99"
    return Figure(what, 1000 * percentile(times, 0.99), "ms", "<= 20")


def _raw(opened: Database, days: DayRange) -> None:
    with opened.readers.connect() as connection:
        first, last = first_id(days.numbers.start), first_id(days.numbers.stop) - 1
        connection.execute(_RAW, {"first": first, "last": last}).all()


def _last(days: int) -> DayRange:
    return DayRange(LAST - timedelta(days=days - 1), LAST)
