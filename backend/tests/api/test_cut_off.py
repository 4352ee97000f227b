"""A request that the server gives up on, because it is to end, is told to come again."""

import asyncio

import msgspec
from backend.tests.factories import problem
from starlette.types import Message, Receive, Scope, Send

from tokentally.api.observing import Observed
from tokentally.api.request_metrics import RequestMetrics

SCOPE: Scope = {"type": "http", "method": "POST", "path": "/v1/events", "headers": []}


async def endless(_scope: Scope, _receive: Receive, _send: Send) -> None:
    await asyncio.Event().wait()


async def cut_off() -> list[Message]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    request = asyncio.create_task(Observed(endless, RequestMetrics())(SCOPE, receive, send))
    await asyncio.sleep(0)
    request.cancel()
    await request
    return sent


def test_a_request_that_is_cut_off_is_answered_503() -> None:
    start, body = asyncio.run(cut_off())

    assert start["status"] == 503
    assert (b"retry-after", b"2") in start["headers"]
    assert msgspec.json.decode(body["body"]) == problem(503, "the server is shutting down")
