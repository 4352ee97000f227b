"""Boards of all time: as the query gives them, and as an oracle says they must be."""

from datetime import UTC, datetime, time
from functools import partial
from typing import Any

import msgspec
from backend.tests.exactness.deliveries import DAYS
from backend.tests.exactness.oracle import Oracle
from backend.tests.people_board.plain_board import PlainBoard, people

from tokentally.clock import microseconds, rfc3339
from tokentally.queries.leaderboard import Board, Metric, leaderboard
from tokentally.queries.leaderboard_window import Period
from tokentally.store.engine import Database
from tokentally.store.usage import read

CALLER = "ada"
ASKED = [(metric, team) for metric in Metric for team in ("", "Kettle", "Unassigned")]


def boards(database: Database, url: str, oracle: Oracle, number: int) -> tuple[Any, Any]:
    """The board found and the one expected; `number` chooses metric and team.

    It is asked for on the day in the middle, so that the last one lies ahead.
    """
    metric, team = ASKED[number % len(ASKED)]
    now = datetime.combine(DAYS[1], time(12), UTC)
    board = Board(Period.total, now.date(), now, metric, team or None)
    found = read(database, partial(leaderboard, board=board, caller=CALLER))
    as_of = rfc3339(microseconds(oracle.as_of or now))
    plain = PlainBoard(oracle, people(url), now.date(), CALLER, as_of)
    expected = plain.answer({"period": "total", "metric": metric.value, "team": team})
    return msgspec.to_builtins(found), expected
