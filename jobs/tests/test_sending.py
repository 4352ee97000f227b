"""What a collector makes of answers: a delivery is forgotten once it is known to be stored."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tokentally.models.event import SentEvent
from tokentally.sources.reading import Chunk
from tokentally_jobs.outbox import InUse, Outbox, Refused, refused, retry_refused
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


def is_too_large(body: bytes) -> bool:
    """Whether a proxy refuses what was sent: more than one event, or a certain one."""
    events = json.loads(gzip.decompress(body))
    return len(events) > 1 or events[0]["event_id"] == "a"


@contextmanager
def server_that_answers(
    status: int, body: bytes, headers: dict[str, str], *, limited: bool = False
) -> Iterator[str]:
    """The address of a server that answers so whatever it is sent."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            if limited and is_too_large(sent):
                self.send_error(413)
                return
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
    told = sent(outbox, 400, b'{"detail": "malformed body"}', Content_Type=PROBLEM)

    [(counts, [reason])] = [(each.outcomes, each.reasons) for each in told]
    assert counts == {"refused": 2}
    assert re.fullmatch(
        r"400 malformed body; `tokentally connect http://127.0.0.1:\d+ --refused` lists .*", reason
    )
    assert outbox.waiting() == 0


def test_what_is_too_large_for_a_proxy_is_sent_in_parts(outbox: Outbox, tmp_path: Path) -> None:
    told: list[Sent] = []
    stored = json.dumps(ALL_STORED | {"duplicate": 0, "errors": []}).encode()
    with (
        server_that_answers(200, stored, {"Content-Type": JSON}, limited=True) as url,
        client_for(url, "tt_key") as client,
    ):
        send_all(outbox, client, told.append)

    assert [each.outcomes for each in told] == [{"refused": 1}, {"accepted": 1}]
    assert outbox.waiting() == 0
    assert refused(tmp_path / "outbox.db") == [Refused("413 Request Entity Too Large", 1)]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize(
    ("location", "address"),
    [
        ("https://tokens.example.com/v1/events", "https://tokens.example.com"),
        ("https://example.com/sign-in?to=%1b", "https://example.com/sign-in?to=%1b"),
    ],
)
def test_a_redirection_is_named_and_not_followed(
    outbox: Outbox, status: int, location: str, address: str
) -> None:
    with pytest.raises(NotNow) as failure:
        sent(outbox, status, b"", Location=location)

    assert str(failure.value) == (
        f"the server redirects to {address}; use that address if it is Tokentally's"
    )
    assert outbox.waiting() == 1


def test_what_was_put_aside_can_be_seen_and_sent_again_while_a_collector_runs(
    outbox: Outbox, tmp_path: Path
) -> None:
    sent(outbox, 400, b'{"detail": "malformed body"}', Content_Type=PROBLEM)
    file = tmp_path / "outbox.db"

    seen = refused(file)
    count = retry_refused(file)

    assert (seen, count) == ([Refused("400 malformed body", 2)], 1)
    assert (refused(file), outbox.waiting()) == ([], 1)
    told = sent(outbox, 200, json.dumps(ALL_STORED | {"errors": []}).encode(), Content_Type=JSON)
    assert told == [Sent({"accepted": 1, "duplicate": 1}, [])]


def test_one_collector_has_an_outbox_at_a_time(outbox: Outbox, tmp_path: Path) -> None:
    assert outbox.waiting() == 1

    with pytest.raises(InUse):
        Outbox(tmp_path / "outbox.db")


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
