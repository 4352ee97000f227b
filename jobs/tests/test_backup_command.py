"""`tokentally backup`: a copy of one moment while events come in."""

import sqlite3
from pathlib import Path
from threading import Event

import pytest
from backend.tests.engines.plain import address, assert_sound, opened, rows
from backend.tests.exactness.handle import Handle
from backend.tests.exactness.oracle import Identity, Kept, Oracle, joined
from backend.tests.exactness.stored import assert_exact, stored_events
from backend.tests.factories import NOW, SettableClock, event
from jobs.tests.conftest import Run, Send
from jobs.tests.usage_rows import march
from trials.load import Client, running
from trials.programs import Zygote, environment, until


def test_a_copy_made_while_events_come_in_is_exact_and_goes_on(
    tokentally: Run, database_path: Path, tmp_path: Path
) -> None:
    stop = Event()
    copies = [tmp_path / f"copy-{number}.db" for number in range(3)]
    known: list[dict[Identity, Kept]] = []
    with Zygote() as zygote:
        server = zygote.launch(
            ["serve", "--port", "0"], environment(database_path), tmp_path / "log"
        )
        clients = [Client(number, server.url, stop) for number in range(3)]
        with running(clients, stop):
            for copy in copies:
                await_more(clients)
                known.append(acknowledged(clients))
                said = tokentally("backup", copy)
                assert said == (0, f"copied {copy.stat().st_size:,} bytes to {copy}\n", "")
        assert server.end() == 0

    for copy, before in zip(copies, known, strict=True):
        assert_copy(copy, before)
        assert tokentally("verify", database_url=address(copy)).status == 0
        assert_goes_on(copy)
    assert not list(tmp_path.glob("*.part"))


def test_an_older_schema_is_copied_as_it_is(tokentally: Run, tmp_path: Path) -> None:
    old, copy = tmp_path / "old.db", tmp_path / "copy.db"
    with sqlite3.connect(old) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('0001')")
    connection.close()

    said = tokentally("backup", copy, database_url=address(old))

    assert said.status == 0
    assert rows(copy, "SELECT version_num FROM alembic_version") == [("0001",)]
    assert rows(copy, "SELECT count(*) FROM sqlite_schema") == [(1,)]


def test_a_file_that_is_there_is_left_alone(tokentally: Run, send: Send, tmp_path: Path) -> None:
    send(march(1))
    copy = tmp_path / "copy.db"
    copy.write_text("something else")

    said = tokentally("backup", copy)

    assert (said.status, said.out) == (2, "")
    assert said.err == f"tokentally: {copy} exists already; a backup never overwrites a file\n"
    assert copy.read_text() == "something else"


def test_a_database_that_is_not_there_is_not_made(tokentally: Run, tmp_path: Path) -> None:
    missing = tmp_path / "missing.db"

    said = tokentally("backup", tmp_path / "copy.db", database_url=address(missing))

    assert said == (2, "", f"tokentally: there is no database {missing}\n")
    assert not missing.exists()


def test_a_folder_that_is_not_there_is_told_in_one_line(tokentally: Run, tmp_path: Path) -> None:
    copy = tmp_path / "nowhere" / "copy.db"

    said = tokentally("backup", copy)

    assert (said.status, said.out) == (1, "")
    assert said.err.endswith(f"can't be copied to {copy}: unable to open database file\n")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("nonsense", "TOKENTALLY_DATABASE_URL 'nonsense' is no database address"),
        (
            "postgresql+psycopg://ada@localhost/usage",
            "postgresql is backed up by its own tools; see docs/backup.md",
        ),
    ],
)
def test_other_databases_are_not_copied(
    url: str, why: str, tokentally: Run, tmp_path: Path
) -> None:
    said = tokentally("backup", tmp_path / "copy.db", database_url=url)

    assert said == (2, "", f"tokentally: {why}\n")


def await_more(clients: list[Client]) -> None:
    def acknowledged() -> int:
        return sum(client.sent.acknowledged_events for client in clients)

    so_far = acknowledged()
    until(lambda: acknowledged() > so_far + 100, "no events")


def acknowledged(clients: list[Client]) -> dict[Identity, Kept]:
    return {
        identity: kept
        for client in clients
        for identity, kept in client.sent.acknowledged.events.copy().items()
    }


def assert_copy(copy: Path, before: dict[Identity, Kept]) -> None:
    """All that was acknowledged before is in it, and every sum is that of its events."""
    oracle = Oracle()
    with opened(copy) as connection:
        assert_sound(connection)
        oracle.events = stored_events(connection)
    for identity, kept in before.items():
        assert joined(oracle.events[identity], kept) == oracle.events[identity]
    assert_exact(copy, oracle)


def assert_goes_on(copy: Path) -> None:
    handle = Handle(copy, SettableClock(NOW))
    assert handle.send([event(event_id="after", user="new", team="New")]) == ["accepted"]
    handle.close()
