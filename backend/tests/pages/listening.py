"""Listening to `/v1/stream` in a test's own event loop: its usual client waits for the end."""

import asyncio
from contextlib import suppress
from typing import Self

from fastapi import FastAPI
from starlette.types import Message

PATIENCE_SECONDS = 20


class Listener:
    """A client; `status` and `headers` are known from the first thing that it hears."""

    def __init__(self, app: FastAPI, headers: dict[str, str] | None = None) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self._sent = {"host": "localhost", **(headers or {})}
        self._heard: asyncio.Queue[str] = asyncio.Queue()
        self._gone = asyncio.Event()
        self._asked = asyncio.create_task(self._ask(app))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.leave()

    async def next(self) -> str:
        """The next thing that is said; blank when all is said."""
        return await asyncio.wait_for(self._heard.get(), PATIENCE_SECONDS)

    async def next_event(self) -> str:
        """The next thing that is said and no sign of life."""
        while (said := await self.next()).startswith(":"):
            pass
        return said

    async def leave(self) -> None:
        """Close the connection, and wait until the server has noticed."""
        self._gone.set()
        with suppress(asyncio.CancelledError):
            await asyncio.wait_for(self._asked, PATIENCE_SECONDS)

    async def _ask(self, app: FastAPI) -> None:
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": "/v1/stream",
            "raw_path": b"/v1/stream",
            "query_string": b"",
            "root_path": "",
            "headers": [
                (name.lower().encode(), text.encode()) for name, text in self._sent.items()
            ],
            "client": ("127.0.0.1", 1),
            "server": ("localhost", 80),
        }
        await app(scope, self._receive, self._send)

    async def _receive(self) -> Message:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): text.decode() for name, text in message["headers"]}
        else:
            self._heard.put_nowait(message.get("body", b"").decode())
