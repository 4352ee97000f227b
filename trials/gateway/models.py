"""A small server of models, for a proxy to call."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

from trials.gateway.answers import (
    anthropic,
    anthropic_stream,
    gemini,
    openai,
    openai_stream,
    responses,
)

Json = dict[str, Any]


class ModelServer(ThreadingHTTPServer):
    """The server, and which calls it has failed once."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.failed: set[int] = set()
        self.lock = Lock()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.server_port}"

    def is_first(self, number: int) -> bool:
        """Whether a call comes for the first time."""
        with self.lock:
            first = number not in self.failed
            self.failed.add(number)
        return first


@contextmanager
def model_server() -> Iterator[ModelServer]:
    """A server that runs meanwhile."""
    with ModelServer() as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ModelServer

    def do_POST(self) -> None:
        """Answer a call in the form of its path."""
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        number = int(re.findall(r"call (\d+)", json.dumps(asked))[-1])
        model = str(asked.get("model", ""))
        if model == "down" or (model == "flaky" and self.server.is_first(number)):
            self._send(json.dumps({"error": {"message": "down", "type": "server_error"}}), 500)
        elif "generateContent" in self.path:
            self._send(json.dumps(gemini(number)))
        elif "streamGenerateContent" in self.path:
            self._stream([{"data": gemini(number)}])
        elif self.path.endswith("/messages"):
            self._answer(asked, anthropic(number), anthropic_stream(number))
        elif self.path.endswith("/responses"):
            self._send(json.dumps(responses(number, model)))
        else:
            wants_usage = bool((asked.get("stream_options") or {}).get("include_usage"))
            pieces = openai_stream(number, model, wants_usage=wants_usage)
            self._answer(asked, openai(number, model), pieces)

    def _answer(self, asked: Json, whole: Json, pieces: list[Json]) -> None:
        if asked.get("stream"):
            self._stream(pieces)
        else:
            self._send(json.dumps(whole))

    def _stream(self, pieces: list[Json]) -> None:
        events = [
            "".join(
                f"{name}: {part if isinstance(part, str) else json.dumps(part)}\n"
                for name, part in piece.items()
            )
            for piece in pieces
        ]
        self._send("".join(f"{event}\n" for event in events), kind="text/event-stream")

    def _send(self, text: str, status: int = 200, kind: str = "application/json") -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""
