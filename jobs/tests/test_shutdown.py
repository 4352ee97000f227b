"""SIGTERM amid work: it is finished, and nothing that was acknowledged is lost."""

import json
import os
import socket
from contextlib import suppress
from pathlib import Path
from signal import SIGINT, SIGTERM, Signals
from threading import Thread
from urllib.parse import urlsplit

import httpx
import pytest
from backend.tests.engines.plain import rows
from jobs.tests.conftest import Send
from jobs.tests.usage_rows import march
from trials.programs import Program, Zygote, environment, launch_api, until

NEVER = 3_600
CLIENTS = 32
STORED = "SELECT count(*), sum(input_tokens) FROM token_event"
PENDING = "SELECT count(*) FROM pending_usage"


class Trickle:
    """A POST whose body is sent in two parts."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._body = json.dumps([march(1)]).encode()
        self._socket = socket.create_connection((address.hostname, address.port), timeout=60)
        head = (
            f"POST /v1/events HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(self._body)}\r\n\r\n"
        )
        self._socket.sendall(head.encode() + self._body[:20])

    def finish(self) -> bytes:
        """Send the rest; the whole answer."""
        self._socket.sendall(self._body[20:])
        with self._socket:
            return b"".join(iter(lambda: self._socket.recv(65_536), b""))

    def close(self) -> None:
        """Give up."""
        self._socket.close()


class Sender(Thread):
    """Posts event after event until the server is gone; knows what was acknowledged."""

    def __init__(self, number: int, url: str) -> None:
        super().__init__(name=f"sender-{number}")
        self.acknowledged: list[str] = []
        self.unexpected: list[str] = []
        self._number = number
        self._url = url

    def run(self) -> None:
        with suppress(httpx.TransportError), httpx.Client(trust_env=False, timeout=60) as http:
            for n in range(100_000):
                name = f"{self._number}-{n}"
                answer = http.post(f"{self._url}/v1/events", json=[march(1, event_id=name)])
                if answer.status_code == 200 and answer.json()["accepted"] == 1:
                    self.acknowledged.append(name)
                elif answer.status_code != 503:
                    self.unexpected.append(answer.text)


def in_progress(url: str) -> float:
    """How many requests the server is answering, this one apart."""
    text = httpx.get(f"{url}/metrics", trust_env=False).text
    [line] = [line for line in text.splitlines() if line.startswith("tokentally_http_requests_in")]
    return float(line.split()[-1]) - 1


def stops_listening(url: str) -> bool:
    """Whether the server takes no more connections."""
    address = urlsplit(url)
    try:
        socket.create_connection((address.hostname, address.port)).close()
    except OSError:
        return True
    return False


@pytest.fixture
def server(zygote: Zygote, database_path: Path, tmp_path: Path) -> Program:
    """`tokentally serve` with a fold that doesn't come by itself."""
    env = environment(database_path, fold_interval_seconds=NEVER)
    return zygote.launch(["serve", "--port", "0"], env, tmp_path / "log")


def test_a_request_that_is_still_coming_in_is_answered(
    server: Program, database_path: Path
) -> None:
    url = server.url()
    slow = Trickle(url)
    until(lambda: in_progress(url) == 1, "the request didn't arrive")

    os.kill(server.pid, SIGTERM)
    until(lambda: stops_listening(url), "it still listens")
    answer = slow.finish()

    assert server.wait() == 0, server.said()
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b'"accepted":1' in answer
    assert rows(database_path, STORED) == [(1, 100)]
    assert rows(database_path, PENDING) == [(0,)]


def test_what_32_clients_were_told_is_stored(server: Program, database_path: Path) -> None:
    url = server.url()
    senders = [Sender(n, url) for n in range(CLIENTS)]
    for sender in senders:
        sender.start()
    until(lambda: all(len(sender.acknowledged) > 2 for sender in senders), "too slow")

    status = server.end()

    for sender in senders:
        sender.join()
    acknowledged = sum(len(sender.acknowledged) for sender in senders)
    [(stored, tokens)] = rows(database_path, STORED)
    [(pending,)] = rows(database_path, PENDING)
    [(folded,)] = rows(database_path, "SELECT sum(input_tokens) FROM model_daily_usage")
    assert status == 0, server.said()
    assert [sender.unexpected for sender in senders] == [[]] * CLIENTS
    assert acknowledged <= stored <= acknowledged + CLIENTS
    assert (pending, folded) == (0, tokens)


@pytest.mark.parametrize("second", [SIGTERM, SIGINT])
def test_a_second_signal_ends_at_once_and_loses_nothing(
    server: Program, database_path: Path, second: Signals
) -> None:
    url = server.url()
    answer = httpx.post(f"{url}/v1/events", json=[march(2)], trust_env=False)
    slow = Trickle(url)
    until(lambda: in_progress(url) == 1, "the request didn't arrive")

    os.kill(server.pid, SIGTERM)
    until(lambda: stops_listening(url), "it still listens")
    status = server.end(second)
    slow.close()

    assert answer.json()["accepted"] == 1
    assert status == -second
    assert "Traceback" not in server.said()
    assert rows(database_path, STORED) == [(1, 100)]
    assert rows(database_path, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("number", [SIGTERM, SIGINT])
def test_a_worker_folds_once_more_at_its_end(
    zygote: Zygote, database_path: Path, tmp_path: Path, send: Send, number: Signals
) -> None:
    send(march(1))
    env = environment(database_path, fold_interval_seconds=NEVER)
    worker = zygote.launch(["worker"], env, tmp_path / "log")
    until(lambda: "running the jobs" in worker.said(), "no worker")

    status = worker.end(number)

    assert (status, worker.said()) == (0, "running the jobs; Ctrl-C ends it\n")
    assert rows(database_path, PENDING) == [(0,)]


def test_an_api_alone_answers_what_it_has_begun(database_path: Path, tmp_path: Path) -> None:
    env = environment(database_path, log_format="json")
    server = launch_api(1, env, tmp_path / "log")
    url = server.url()
    slow, senders = Trickle(url), [Sender(n, url) for n in range(4)]
    for sender in senders:
        sender.start()
    until(lambda: all(len(sender.acknowledged) > 2 for sender in senders), "too slow")

    os.kill(server.pid, SIGTERM)
    until(lambda: stops_listening(url), "it still listens")
    answer = slow.finish()

    status = server.wait()
    for sender in senders:
        sender.join()
    acknowledged = sum(len(sender.acknowledged) for sender in senders) + 1
    [(stored, _)] = rows(database_path, STORED)
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert status == -SIGTERM  # uvicorn's own way to say why it ended
    assert acknowledged <= stored <= acknowledged + len(senders)
    assert [json.loads(line)["level"] for line in server.said().splitlines()] != []
