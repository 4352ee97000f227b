"""What is in a database, read by plain SQL and compared with an oracle."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from backend.tests.engines.plain import Plain, opened, tables
from backend.tests.exactness.oracle import SUMMED, Identity, Kept, Oracle, Sums, added_up

QUARTER = 900_000_000
DAY = 96 * QUARTER
OF_DAYS = ("user_quarter_usage", "user_daily_usage", "model_daily_usage", "people_daily_usage")
ROLLUPS = (*OF_DAYS, "people_total_usage")

_NAMES = {"user": "app_user", "team": "team", "source": "source", "model": "model"}
_NOT_IN = {
    "model_daily_usage": ("user",),
    "people_daily_usage": ("source", "model"),
    "people_total_usage": ("source", "model"),
}
"""The names that a rollup has no column for."""
_SUMS = ", ".join(f"n.{name}" for name in SUMMED)
_CONTENT = (
    "n.occurred_at, n.mode, n.cost_nano_usd, n.cost_source, n.success, n.revision, "
    "n.input_tokens, n.cached_input_tokens, n.cache_write_tokens, n.cache_write_1h_tokens, "
    "n.output_tokens, n.reasoning_output_tokens"
)
_MODES = ("overlap", "add")


def stored_events(connection: Plain) -> dict[Identity, Kept]:
    """Every event by identity; fails if an identity is there twice."""
    rows = connection.execute(
        f"SELECT event_key, user_.name, source_.name, model_.name, team_.name, {_CONTENT} "  # noqa: S608
        f"FROM token_event n {_joins(*_NAMES)}"
    )
    found = [_stored_event(*row) for row in rows]
    events = dict(found)
    assert len(events) == len(found), "an identity is stored twice"
    return events


def stored_sums(connection: Plain, table: str, *, pending: bool) -> dict[Any, Sums]:
    """The sums of a rollup, with or without what is not folded yet, by names of the group.

    Fails if the rollup holds a row of nothing but zeros.
    """
    rows = list(_rows(connection, table, table))
    assert all(any(numbers) for _, numbers in rows), f"{table} keeps an empty row"
    if pending:
        rows += _rows(connection, "pending_usage", table)
    return added_up(rows)


def expected_sums(oracle: Oracle, table: str) -> dict[Any, Sums]:
    """The sums that the rollup and what is not folded yet must come to."""

    def group(event: Identity, kept: Kept) -> tuple[Any, ...]:
        if table == "user_quarter_usage":
            names = (event.user, kept.team, event.source, kept.model, kept.mode)
            return (kept.at // QUARTER, *names)
        if table == "people_daily_usage":
            return (kept.at // DAY, event.user, kept.team)
        if table == "people_total_usage":
            return (event.user, kept.team)
        user = () if table == "model_daily_usage" else (event.user,)
        return (kept.at // DAY, *user, kept.team, event.source, kept.model)

    return oracle.sums(group)


def assert_exact(database: Path | str, oracle: Oracle) -> None:
    """Every event once, every rollup and its pending rows their sum, days and organisation too.

    Rollups that are missing or being built are passed over, as they are by whoever reads.
    """
    with opened(database) as connection:
        assert stored_events(connection) == oracle.events
        ready = ready_rollups(connection)
        for table in ready:
            found = stored_sums(connection, table, pending=True)
            assert found == expected_sums(oracle, table), table
        if len(ready) == len(ROLLUPS):
            assert_rollups_agree(connection)


def assert_rollups_agree(connection: Plain) -> None:
    """Folded or not: days are the sums of their quarters, the organisation that of its users, and
    totals those of all days.
    """
    quarters, days, organisation, people, totals = (
        stored_sums(connection, table, pending=False) for table in ROLLUPS
    )
    assert days == added_up(((key[0] // 96, *key[1:5]), row) for key, row in quarters.items())
    assert organisation == added_up(((key[0], *key[2:]), row) for key, row in days.items())
    assert people == added_up((key[:3], row) for key, row in days.items())
    assert totals == added_up((key[1:], row) for key, row in people.items())


def ready_rollups(connection: Plain) -> list[str]:
    """The rollups that answers are read from."""
    rows = connection.execute("SELECT name FROM rollup_state WHERE state = 'ready'")
    names = tables(connection) & {name for (name,) in rows}
    return [table for table in ROLLUPS if table in names]


def _rows(connection: Plain, table: str, shape: str) -> Iterator[tuple[Any, Sums]]:
    """Rows of a rollup, or of the pending table in the shape of a rollup."""
    wanted = [kind for kind in _NAMES if kind not in _NOT_IN.get(shape, ())]
    mode = ["n.mode"] if "quarter" in shape else []
    keys = [*_time(table, shape), *(f"{kind}_.name" for kind in wanted), *mode]
    query = f"SELECT {', '.join(keys)}, {_SUMS} FROM {table} n {_joins(*wanted)}"  # noqa: S608
    for row in connection.execute(query):
        last = len(keys) - 1
        key = (*row[:last], _MODES[row[last]]) if mode else row[: len(keys)]
        yield key, row[len(keys) :]


def _time(table: str, shape: str) -> list[str]:
    """The expression for the time in rows of `table`; none if the shape has no time."""
    if "total" in shape:
        return []
    if "quarter" in shape:
        return ["n.quarter"]
    return ["n.quarter / 96" if table == "pending_usage" else "n.day"]


def _joins(*kinds: str) -> str:
    return " ".join(f"JOIN {_NAMES[kind]} {kind}_ ON {kind}_.id = n.{kind}_id" for kind in kinds)


def _stored_event(
    key: bytes, user: str, source: str, model: str, team: str, *content: int
) -> tuple[Identity, Kept]:
    at, mode, cost, cost_source, success, revision, *counts = content
    input_, cached, write, write_1h, output, reasoning = counts
    kept = Kept(
        at=at,
        model=model,
        team=team,
        mode=_MODES[mode],
        input=input_,
        cached=cached,
        write=write,
        write_1h=write_1h,
        output=output,
        reasoning=reasoning,
        cost=cost if cost_source else None,
        success=bool(success),
        revision=revision,
    )
    return Identity(user, source, _event_id(key)), kept


def _event_id(key: bytes) -> str:
    return str(UUID(bytes=key)) if len(key) == 16 else key.removeprefix(b"\xff").decode()
