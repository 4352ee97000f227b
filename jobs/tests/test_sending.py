"""What a collector makes of answers: a delivery is forgotten once it is known to be stored."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tokentally.models.event import SentEvent
from tokentally.sources.reading import Chunk
from tokentally_jobs.outbox import Outbox
from tokentally_jobs.sending import NotNow, Sent, client_for, send_all

JSON = "application/json"
PROBLEM = "application/problem+json"
ALL_STORED = {"accepted": 1, "duplicate": 1, "updated": 0, "superseded": 0, "rejected": 0}


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    """One delivery of two events."""
    at = "2026-11-21T10:00:00Z"
    events = [SentEvent(event_id=name, occurred_at=at, source="claude") for name in "ab"]
    with closing(Outbox(tmp_path / "outbox.db")) as outbox:
        outbox.put("claude", Chunk(events, [], 0))
        yield outbox


@contextmanager
def server_that_answers(status: int, body: bytes, headers: dict[str, str]) -> Iterator[str]:
    """The address of a server that answers so whatever it is sent."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        log_message: Callable[..., None] = lambda *_: None

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def sent(outbox: Outbox, status: int, body: bytes, **headers: str) -> list[Sent]:
    told: list[Sent] = []
    stated = {name.replace("_", "-"): value for name, value in headers.items()}
    with server_that_answers(status, body, stated) as url, client_for(url, "tt_key") as client:
        send_all(outbox, client, told.append)
    return told


def test_a_delivery_is_forgotten_once_each_of_its_events_is_told_of(outbox: Outbox) -> None:
    told = sent(outbox, 200, json.dumps(ALL_STORED | {"errors": []}).encode(), Content_Type=JSON)

    assert told == [Sent({"accepted": 1, "duplicate": 1}, [])]
    assert outbox.waiting() == 0


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>Please sign in"),
        (200, b'{"errors": []}'),
        (200, json.dumps(ALL_STORED | {"accepted": 0, "errors": []}).encode()),
        (200, json.dumps(ALL_STORED | {"accepted": "1", "errors": []}).encode()),
        (200, b"[" * 100_000),
        (400, b"The plain HTTP request was sent to HTTPS port"),
        (413, b"<html>Request Entity Too Large"),
        (500, b'{"detail": ' + b"[" * 100_000),
    ],
)
def test_a_delivery_is_kept_while_something_else_answers(
    outbox: Outbox, status: int, body: bytes
) -> None:
    with pytest.raises(NotNow):
        sent(outbox, status, body, Content_Type=JSON)

    assert outbox.waiting() == 1


def test_a_delivery_that_tokentally_itself_refuses_is_put_aside(outbox: Outbox) -> None:
    told = sent(outbox, 413, b'{"detail": "too many events"}', Content_Type=PROBLEM)

    assert told == [Sent({"refused": 1}, ["a delivery was put aside: 413 too many events"])]
    assert outbox.waiting() == 0


@pytest.mark.parametrize(
    ("given", "seconds"), [("7", 7), ("²", None), ("soon", None), ("9" * 400, float("inf"))]
)
def test_when_to_ask_again_is_only_taken_from_a_number(
    outbox: Outbox, given: str, seconds: float | None
) -> None:
    with pytest.raises(NotNow) as failure:
        sent(outbox, 503, b"", Retry_After=given)

    assert failure.value.seconds == seconds


def test_what_a_server_says_can_not_control_the_terminal(outbox: Outbox) -> None:
    with pytest.raises(NotNow, match=r"^500  \[2J two lines$"):
        sent(outbox, 500, b'{"detail": "\\u001b[2J\\ntwo lines"}')
