"""Who used most: people ranked by tokens or cost over a window of UTC days.

Names are told only of people who chose to be public, as they are at the moment of reading.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Row, select

from tokentally.clock import microseconds, rfc3339
from tokentally.days import DayRange
from tokentally.models.core import app_user
from tokentally.pricing.money import usd
from tokentally.queries.filters import Filter, matching
from tokentally.queries.leaderboard_rows import rows_of_board
from tokentally.queries.leaderboard_window import Period, window
from tokentally.queries.local_range import LocalRange
from tokentally.queries.shown_names import name_on_boards
from tokentally.store.dialect import is_among
from tokentally.store.usage import Snapshot, added_up
from tokentally.store.users import find_user
from tokentally.store.version import as_of


class Metric(StrEnum):
    """What people are ranked by."""

    total = "total"
    input = "input"
    output = "output"
    cost = "cost"


@dataclass(frozen=True)
class Board:
    """The leaderboard that is asked for; `metric` is None if none was named, and means total.

    `at` is the moment of asking: all that it says of the data is `today`, the UTC day.
    """

    period: Period
    today: date
    at: datetime = field(compare=False)
    metric: Metric | None = None
    team: str | None = None
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True)
class Entry:
    """A person and their place; those with the same number share one."""

    rank: int
    is_me: bool
    display_name: str
    avatar_url: str | None
    total_tokens: str


@dataclass(frozen=True)
class ValuedEntry(Entry):
    """The same with what was ranked by: tokens, or USD with 6 decimals."""

    value: str


@dataclass(frozen=True)
class MyPlace:
    """Where the caller stands; without a rank if they have nothing that counts."""

    rank: int | None
    total_tokens: str


class Leaderboard(LocalRange):
    """A page of the ranking; `generated_at` is the newest receipt included."""

    period: str
    generated_at: str
    entries: list[Entry | ValuedEntry]
    me: MyPlace


class _Use(NamedTuple):
    """What a user used, and its part that counts here (tokens, or nano-USD)."""

    user_id: int
    tokens: int
    value: int


_FURTHER = {Metric.cost: ("cost_nano_usd",)}
"""What is added up besides tokens in and out."""
_VALUE: dict[Metric, Callable[[list[int]], int]] = {
    Metric.total: lambda sums: sums[0] + sums[1],
    Metric.input: lambda sums: sums[0],
    Metric.output: lambda sums: sums[1],
    Metric.cost: lambda sums: sums[2],
}
"""What counts, from the sums of a user."""


def leaderboard(now: Snapshot, *, board: Board, caller: str) -> Leaderboard:
    """The board as `caller` (a name) sees it."""
    days = window(now, board.period, board.today)
    uses = _uses(now, board, days)
    ranked = _ranked(uses)
    page = ranked[board.offset : board.offset + board.limit]
    people = _people(now, [use.user_id for _, use in page])
    me = find_user(now.connection, caller)
    my_id = me.id if me else None
    return {
        "period": board.period.value,
        "from": days.first.isoformat(),
        "to": days.last.isoformat(),
        "generated_at": as_of(now.connection) or rfc3339(microseconds(board.at)),
        "entries": [_entry(board, rank, use, people[use.user_id], my_id) for rank, use in page],
        "me": MyPlace(
            rank=next((rank for rank, use in ranked if use.user_id == my_id), None),
            total_tokens=str(next((use.tokens for use in uses if use.user_id == my_id), 0)),
        ),
    }


def _uses(now: Snapshot, board: Board, days: DayRange) -> list[_Use]:
    """What each user used. Added up here across columns: such sums may exceed 64 bits."""
    metric = board.metric or Metric.total
    of = ("input_tokens", "output_tokens", *_FURTHER.get(metric, ()))
    rows = rows_of_board(now, board.period, days.numbers)
    only = partial(matching, only=Filter(board.team))
    sums = added_up(rows, by=("user_id",), of=of, where=only)
    found = now.connection.execute(select(sums.c.user_id, *(sums.c[name] for name in of)))
    value = _VALUE[metric]
    return [_Use(user_id, own[0] + own[1], value(own)) for user_id, *own in _integers(found)]


def _integers(rows: Iterable[Row[Any]]) -> Iterator[list[int]]:
    """Whole rows of numbers; sums may come as decimals or text."""
    return (list(map(int, row)) for row in rows)


def _ranked(uses: list[_Use]) -> list[tuple[int, _Use]]:
    """Those with anything, the most first, each with a rank; no rank is left out."""
    counted = [use for use in uses if use.value > 0]
    counted.sort(key=lambda use: (-use.value, use.user_id))
    values = dict.fromkeys(use.value for use in counted)
    ranks = {value: rank for rank, value in enumerate(values, start=1)}
    return [(ranks[use.value], use) for use in counted]


def _people(now: Snapshot, ids: list[int]) -> dict[int, Row[Any]]:
    columns = ("id", "display_name", "avatar_url", "leaderboard_public")
    statement = select(*(app_user.c[name] for name in columns)).where(
        is_among(app_user.c.id, "ids")
    )
    return {row.id: row for row in now.connection.execute(statement, {"ids": ids})}


def _entry(
    board: Board, rank: int, use: _Use, person: Row[Any], my_id: int | None
) -> Entry | ValuedEntry:
    public = bool(person.leaderboard_public)
    shown = (
        rank,
        use.user_id == my_id,
        name_on_boards(person.display_name, public=public),
        (person.avatar_url if public else "") or None,
        str(use.tokens),
    )
    if board.metric is None:
        return Entry(*shown)
    return ValuedEntry(*shown, usd(use.value) if board.metric is Metric.cost else str(use.value))
