"""The parameters of the leaderboard; blank ones count as not given."""

import re
from datetime import datetime

from starlette.datastructures import QueryParams

from tokentally.api.dashboard_parameters import InvalidQuery
from tokentally.queries.filters import filter_of
from tokentally.queries.leaderboard import Board, Metric
from tokentally.queries.leaderboard_window import Period

USUAL_ENTRIES, MOST_ENTRIES = 20, 100
FURTHEST = 10_000

_is_integer = re.compile(r"[+-]?[0-9]+", re.ASCII).fullmatch
_DIGITS = 9
"""More are out of every bound, and take long to read."""


def board_asked(given: QueryParams, at: datetime) -> Board:
    """The leaderboard that is asked for at `at`; raises `InvalidQuery` and `InvalidFilter`."""
    period, metric = (given.get(name, "").strip().lower() for name in ("period", "metric"))
    if period not in Period.__members__:
        raise InvalidQuery("Invalid period")
    if metric and metric not in Metric.__members__:
        raise InvalidQuery("Invalid metric")
    team = given.get("team", "")
    if "\0" in team:
        raise InvalidQuery("Invalid team")
    return Board(
        period=Period[period],
        today=at.date(),
        at=at,
        metric=Metric[metric] if metric else None,
        team=filter_of(team, "").team,
        limit=_clamped(given.get("limit", ""), USUAL_ENTRIES, 1, MOST_ENTRIES),
        offset=_clamped(given.get("offset", ""), 0, 0, FURTHEST),
    )


def _clamped(text: str, usual: int, least: int, most: int) -> int:
    """The integer `text`, or the bound it is nearest to; `usual` if it is none."""
    text = text.strip()
    if not _is_integer(text):
        return usual
    digits = text.lstrip("+-").lstrip("0")
    if len(digits) > _DIGITS:
        return least if text.startswith("-") else most
    return min(max(int(text), least), most)
