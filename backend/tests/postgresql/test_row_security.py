"""The second wall: the database itself hides the rows of other users, whatever a query forgets."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from backend.tests.engines.plain import change, psycopg_connection, rows
from backend.tests.exactness.handle import Handle
from backend.tests.factories import SettableClock, event
from psycopg import sql
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Engine, text

from tokentally.store.database import of_user
from tokentally.store.fold import fold
from tokentally.store.rollup_state import start_building
from tokentally.store.rollups import ROLLUPS

TABLES = (
    "token_event",
    "pending_usage",
    "user_quarter_usage",
    "user_daily_usage",
    "people_daily_usage",
    "people_total_usage",
)
each_table = pytest.mark.parametrize("table", TABLES)

Caller = psycopg.Connection[Any]


@pytest.fixture
def ids(database_url: str) -> dict[str, int]:
    """Ids of two users; in every table ada has two rows and bob has one."""
    handle = Handle(database_url, SettableClock())
    events = [
        event(event_id="1", user="ada"),
        event(event_id="2", user="ada", occurred_at="2026-11-20T10:15:00Z", team="Kettle"),
        event(event_id="3", user="bob"),
    ]
    handle.send(events)
    handle.change_rollups(fold)
    handle.close()
    [ada, bob] = rows(database_url, "SELECT id FROM app_user ORDER BY name")
    usage = "SELECT quarter, user_id, team_id, source_id, model_id, mode, requests, failed_requests"
    counts = "input_tokens, cached_input_tokens, cache_write_tokens, output_tokens"
    others = "reasoning_output_tokens, cost_nano_usd, unpriced_tokens"
    with psycopg_connection(database_url) as connection:
        connection.execute(
            f"INSERT INTO pending_usage (quarter, user_id, team_id, source_id, model_id, mode,"
            f" requests, failed_requests, {counts}, {others}, received_seconds)"
            f" {usage}, {counts}, {others}, 0 FROM user_quarter_usage"
        )
    return {"ada": ada[0], "bob": bob[0]}


@pytest.fixture
def caller(database_url: str, ids: dict[str, int]) -> Iterator[Caller]:
    """A connection of the application's role on which nobody has said whose rows it may see."""
    assert len(ids) == 2
    with psycopg_connection(database_url, options="") as connection:
        yield connection


def ask(caller: Caller, query: str, table: str, *values: object) -> psycopg.Cursor[Any]:
    return caller.execute(sql.SQL(query).format(sql.Identifier(table)), values)


def owners(caller: Caller, table: str) -> list[int]:
    found = ask(caller, "SELECT user_id FROM {} ORDER BY user_id", table)
    return [user for (user,) in found]


def become(caller: Caller, user: object) -> None:
    caller.execute("SELECT set_config('tokentally.user_id', %s, false)", [str(user)])


def test_the_role_of_the_tests_has_no_way_around_it(caller: Caller) -> None:
    rights = caller.execute(
        "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    )

    assert rights.fetchall() == [(False, False)]


@each_table
@pytest.mark.parametrize("setting", [None, ""])
def test_without_a_user_no_row_is_seen_changed_or_put(
    table: str, setting: str | None, caller: Caller, ids: dict[str, int], database_url: str
) -> None:
    before = rows(database_url, f"SELECT * FROM {table}")  # noqa: S608
    if setting is not None:
        become(caller, setting)

    seen = owners(caller, table)
    changed = ask(caller, "UPDATE {} SET user_id = %s", table, ids["bob"]).rowcount
    deleted = ask(caller, "DELETE FROM {}", table).rowcount

    assert (seen, changed, deleted) == ([], 0, 0)
    with pytest.raises(InsufficientPrivilege):
        put_copy(caller, table, ids["ada"], database_url)
    assert rows(database_url, f"SELECT * FROM {table}") == before  # noqa: S608


@each_table
def test_a_user_sees_and_changes_own_rows_alone(
    table: str, caller: Caller, ids: dict[str, int], database_url: str
) -> None:
    become(caller, ids["ada"])

    seen = owners(caller, table)
    changed = ask(caller, "UPDATE {} SET input_tokens = 7", table).rowcount
    with pytest.raises(InsufficientPrivilege):
        ask(caller, "UPDATE {} SET user_id = %s", table, ids["bob"])
    with pytest.raises(InsufficientPrivilege):
        put_copy(caller, table, ids["bob"], database_url)
    deleted = ask(caller, "DELETE FROM {}", table).rowcount
    put = put_copy(caller, table, ids["ada"], database_url)

    assert (seen, changed, deleted, put) == ([ids["ada"]] * 2, 2, 2, 1)
    left = rows(database_url, f"SELECT user_id, input_tokens FROM {table} ORDER BY user_id")  # noqa: S608
    assert left == [(ids["ada"], 5), (ids["bob"], 100)]


@each_table
def test_a_user_without_rows_sees_none(table: str, caller: Caller, ids: dict[str, int]) -> None:
    become(caller, max(ids.values()) + 1)

    assert owners(caller, table) == []


@each_table
def test_the_star_sees_all(table: str, caller: Caller, ids: dict[str, int]) -> None:
    become(caller, "*")

    assert owners(caller, table) == [ids["ada"], ids["ada"], ids["bob"]]


def test_a_user_sees_when_own_usage_came_in_and_nothing_of_others(
    caller: Caller, ids: dict[str, int]
) -> None:
    seen = []
    for user in ("*", ids["ada"], ids["bob"], max(ids.values()) + 1, ""):
        become(caller, user)
        seen.append(owners(caller, "user_sync"))

    assert seen == [[ids["ada"], ids["bob"]], [ids["ada"]], [ids["bob"]], [], []]


def test_a_rollup_that_was_made_anew_is_behind_the_wall_too(
    database_url: str, ids: dict[str, int]
) -> None:
    handle = Handle(database_url, SettableClock())
    names = frozenset(rollup.name for rollup in ROLLUPS)
    before = walls(database_url)
    change(database_url, *(f"DROP TABLE {name}" for name in names))

    handle.change_rollups(lambda connection: start_building(connection, names))
    handle.close()

    assert len(ids) == 2
    assert walls(database_url) == before


def walls(url: str) -> list[tuple[Any, ...]]:
    return rows(
        url,
        "SELECT relname, relrowsecurity, relforcerowsecurity, reloptions, "
        "(SELECT array_agg(pg_get_expr(polqual, polrelid) || ' ' || polname) FROM pg_policy "
        "WHERE polrelid = pg_class.oid) FROM pg_class "
        "WHERE relnamespace = 'public'::regnamespace ORDER BY relname",
    )


def test_what_one_transaction_may_see_the_next_on_its_connection_may_not(
    database_url: str, ids: dict[str, int]
) -> None:
    handle = Handle(database_url, SettableClock())
    everybody, ada = handle.database.readers, of_user(handle.database.readers, ids["ada"])
    seen, connections = [], set()

    for engine in (everybody, ada, everybody, ada, ada, everybody):
        with engine.connect() as connection:
            owned = connection.execute(text("SELECT count(*) FROM token_event")).scalar_one()
            connections.add(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
        seen.append((owned, left_over(engine)))

    handle.close()
    assert len(connections) == 1
    assert seen == [(3, 0), (2, 0), (3, 0), (2, 0), (2, 0), (3, 0)]


def left_over(engine: Engine) -> int:
    """How many events the pooled connection sees outside any transaction of the store's."""
    raw = engine.raw_connection()
    cursor = raw.cursor()
    cursor.execute("SELECT user_id FROM token_event")
    count = len(cursor.fetchall())
    cursor.close()
    raw.close()
    return count


def put_copy(caller: Caller, table: str, user: int, url: str) -> int:
    """Put a row of `user`'s that is new to the table; returns how many went in."""
    described = rows(
        url, "SELECT table_name, column_name, data_type FROM information_schema.columns"
    )
    values = {
        name: b"new" if kind == "bytea" else 5 for own, name, kind in described if own == table
    }
    values |= {"user_id": user}
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join([sql.Placeholder()] * len(values)),
    )
    return caller.execute(statement, list(values.values())).rowcount
