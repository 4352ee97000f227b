"""The server as a process: it starts, serves, and ends without losing anything."""

from pathlib import Path
from signal import SIGINT, SIGTERM, Signals
from threading import Event

import httpx
import pytest
from jobs.tests.conftest import Send
from jobs.tests.usage_rows import march, rows
from trials.load import Client
from trials.programs import Zygote, environment, launch, until
from trials.proof import assert_nothing_lost

NEVER = 3_600
EVENTS = "SELECT count(*) FROM token_event"
PENDING = "SELECT count(*) FROM pending_usage"


@pytest.mark.parametrize("number", [SIGTERM, SIGINT])
def test_a_stop_amid_requests_loses_nothing_and_folds_at_the_end(
    number: Signals, zygote: Zygote, database_path: Path, tmp_path: Path
) -> None:
    env = environment(database_path, fold_interval_seconds=NEVER)
    server = zygote.launch(["serve", "--port", "0"], env, tmp_path / "log")
    address = [server.url()]
    stop = Event()
    clients = [Client(n, lambda: address[0], stop) for n in range(4)]
    for client in clients:
        client.start()
    until(lambda: all(client.sent.acknowledged_events > 30 for client in clients), "no events")
    assert rows(database_path, PENDING) != [(0,)]

    status = server.end(number)

    assert rows(database_path, PENDING) == [(0,)]
    following = zygote.launch(["serve", "--port", "0"], env, tmp_path / "following")
    address[0] = following.url()
    stop.set()
    for client in clients:
        client.join()
    assert following.end() == 0
    assert status == 0, server.said()
    assert "Traceback" not in server.said()
    assert_nothing_lost(database_path, [client.sent for client in clients], tmp_path / "verify")


def test_an_idle_server_ends_at_once_and_folds(
    zygote: Zygote, database_path: Path, tmp_path: Path, send: Send
) -> None:
    send(march(1))
    env = environment(database_path, fold_interval_seconds=NEVER)
    server = zygote.launch(["serve", "--port", "0"], env, tmp_path / "log")
    server.url()

    status = server.end()

    assert status == 0
    assert rows(database_path, PENDING) == [(0,)]


def test_the_installed_command_makes_its_database_and_says_where_it_is(tmp_path: Path) -> None:
    env = environment(tmp_path / "new.db")
    server = launch(["serve", "--port", "0"], env, tmp_path / "log")
    url = server.url()

    answer = httpx.get(f"{url}/tokens/models", trust_env=False)

    assert url.startswith("http://127.0.0.1:")
    assert (answer.status_code, answer.json()) == (200, {"models": [], "as_of": None})
    assert server.end() == 0
    assert server.said() == f"Tokentally is ready at {url}\n"


@pytest.mark.timeout(120)
def test_first_data_fills_an_empty_database_only(
    zygote: Zygote, database_path: Path, tmp_path: Path
) -> None:
    env = environment(database_path)
    first = zygote.launch(["serve", "--port", "0", "--first-data"], env, tmp_path / "first")
    first.url()
    first.end()
    filled = rows(database_path, EVENTS)
    second = zygote.launch(["serve", "--port", "0", "--first-data"], env, tmp_path / "second")
    second.url()
    second.end()

    assert filled[0][0] > 50_000
    assert rows(database_path, EVENTS) == filled
    assert first.said().startswith("the database was empty: loaded ")
    assert second.said().startswith("Tokentally is ready at ")


def test_first_data_leaves_own_events_alone(
    zygote: Zygote, database_path: Path, tmp_path: Path, send: Send
) -> None:
    send(march(1))
    env = environment(database_path)
    server = zygote.launch(["serve", "--port", "0", "--first-data"], env, tmp_path / "log")
    server.url()

    server.end()

    assert rows(database_path, EVENTS) == [(1,)]


def test_without_first_data_nothing_is_filled_in(
    zygote: Zygote, database_path: Path, tmp_path: Path
) -> None:
    server = zygote.launch(["serve", "--port", "0"], environment(database_path), tmp_path / "log")
    server.url()

    server.end()

    assert rows(database_path, EVENTS) == [(0,)]


def test_a_port_that_is_taken_is_said_in_one_line(
    zygote: Zygote, database_path: Path, tmp_path: Path
) -> None:
    env = environment(database_path)
    first = zygote.launch(["serve", "--port", "0"], env, tmp_path / "first")
    port = first.url().rpartition(":")[2]

    second = zygote.launch(["serve", "--port", port], env, tmp_path / "second")

    assert second.wait() != 0
    assert "ddress already in use" in second.said()
    assert "Traceback" not in second.said()
    assert len(second.said().splitlines()) == 1, second.said()
    assert first.end() == 0
