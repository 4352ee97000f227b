"""`pg_dump` while events come in, restored into another database that then goes on."""

import os
import subprocess
from pathlib import Path
from threading import Event

import pytest
from backend.tests.engines.plain import ALL_ROWS, opened
from backend.tests.exactness.handle import Handle
from backend.tests.exactness.oracle import Oracle, joined
from backend.tests.exactness.stored import assert_exact, stored_events
from backend.tests.factories import NOW, SettableClock, event
from trials.cluster import Cluster
from trials.load import Client, running
from trials.programs import Zygote, environment, until
from trials.proof import together

from tokentally.store.fold import fold


@pytest.mark.parametrize("who", ["superuser", "owner"])
def test_a_dump_made_while_events_come_in_is_exact_and_goes_on(
    who: str, tmp_path: Path, zygote: Zygote, server: Cluster
) -> None:
    database, restored = server.fresh(), server.fresh()
    dump = tmp_path / "usage.dump"
    serving = zygote.launch(["serve", "--port", "0"], environment(database), tmp_path / "serve.log")
    stop = Event()
    clients = [Client(number, serving.url, stop) for number in range(3)]

    with running(clients, stop):
        until(lambda: sum(c.sent.acknowledged_events for c in clients) > 300, "no events")
        before = together([client.sent.acknowledged for client in clients])
        dump_as(who, server, database, dump)
    run(server, "pg_restore", "--no-owner", "--exit-on-error", "-d", plain(restored), dump)

    assert serving.end() == 0
    assert_holds(restored, before)
    verify = zygote.launch(["verify"], environment(restored), tmp_path / "verify.log")
    assert verify.wait() == 0, verify.said()
    assert_goes_on(restored)


def dump_as(who: str, server: Cluster, database: str, dump: Path) -> None:
    """As the application's own role, rows are behind row-level security: the setting opens it."""
    if who == "superuser":
        everything = database.replace("tokentally@", "postgres@")
        run(server, "pg_dump", "-Fc", "-f", dump, plain(everything))
    else:
        own = ("--enable-row-security", plain(database))
        run(server, "pg_dump", "-Fc", "-f", dump, *own, PGOPTIONS=ALL_ROWS)


def run(server: Cluster, program: str, *args: object, **variables: str) -> None:
    command = [str(server.programs / program), *map(str, args)]
    done = subprocess.run(command, env=os.environ | variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def plain(database: str) -> str:
    return database.replace("+psycopg", "")


def assert_holds(database: str, before: Oracle) -> None:
    """All that was acknowledged before is in it, and every sum is that of its events."""
    oracle = Oracle()
    with opened(database) as connection:
        oracle.events = stored_events(connection)
    for identity, kept in before.events.items():
        assert joined(oracle.events[identity], kept) == oracle.events[identity]
    assert_exact(database, oracle)


def assert_goes_on(database: str) -> None:
    """New events and new names get ids that nothing else has."""
    oracle = Oracle()
    with opened(database) as connection:
        oracle.events = stored_events(connection)
    handle = Handle(database, SettableClock(NOW))
    new = [
        event(event_id=f"new-{n}", user=f"new-{n}", team="New", occurred_at="2026-11-21T10:15:00Z")
        for n in range(50)
    ]
    assert handle.send(new) == [oracle.deliver(sent, NOW) for sent in new]
    handle.change_rollups(fold)
    handle.close()
    assert_exact(database, oracle)
