"""`/v1/stream`: who listens is told at once, and then whenever answers change."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from backend.tests.auth.people import NO_GOOD, bearer, key, lacks, token, user
from backend.tests.factories import NOW, SettableClock, event, problem
from backend.tests.pages.listening import Listener
from fastapi import FastAPI
from sqlalchemy import event as sa_event
from sqlalchemy import update
from starlette.concurrency import run_in_threadpool

from tokentally.api.backend import Backend
from tokentally.api.server import create_backend
from tokentally.api.watching import Pace, Watch
from tokentally.clock import microseconds, rfc3339
from tokentally.ingest.normalise import sender
from tokentally.ingest.parse import parse_json
from tokentally.models.core import api_key
from tokentally.store.deliver import Delivery
from tokentally_jobs.fold import fold_pending

pytestmark = pytest.mark.every_engine
SIGN_IN = True

QUICK = Pace(data=0.01, end=0.01, listener=0.05)
AS_OF = rfc3339(microseconds(NOW))


def said(version: int, as_of: str | None = AS_OF) -> str:
    receipt = "null" if as_of is None else f'"{as_of}"'
    return f'event: usage.updated\ndata: {{"version":{version},"as_of":{receipt}}}\n\n'


def run(backend: Backend, story: Callable[[FastAPI], Awaitable[None]], pace: Pace = QUICK) -> None:
    """Let something happen in an event loop; nothing may be left running in it."""

    async def play() -> None:
        app = create_backend(backend)
        app.state.watch = Watch(backend, pace)
        await story(app)
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(play())


async def store(backend: Backend, event_id: str) -> None:
    by = sender("ada", backend.clock(), may_name_users=False)
    events = parse_json(json.dumps([event(event_id=event_id)]).encode(), by).events
    assert await asyncio.wrap_future(backend.writer.submit(Delivery(events))) == ["accepted"]


def version_of(event_: str) -> int:
    return int(event_.partition('"version":')[2].partition(",")[0])


def test_who_listens_is_told_the_state_at_once_and_every_change_after(backend: Backend) -> None:
    headers = bearer(token())

    async def story(app: FastAPI) -> None:
        user(backend, "ada")
        async with Listener(app, headers) as listener:
            first = await listener.next()
            start = version_of(first)
            assert first == said(start, None)
            for n in range(1, 4):
                await store(backend, str(n))
                assert await listener.next_event() == said(start + n)
            assert listener.status == 200
            del listener.headers["x-request-id"]
            assert listener.headers == {
                "content-type": "text/event-stream; charset=utf-8",
                "cache-control": "no-store",
                "x-accel-buffering": "no",
            }

    run(backend, story)


def test_a_fold_changes_no_answer_and_is_not_told(backend: Backend) -> None:
    user(backend, "ada")

    async def story(app: FastAPI) -> None:
        await store(backend, "1")
        async with Listener(app, bearer(token())) as listener:
            before = await listener.next_event()
            assert await run_in_threadpool(fold_pending, backend) == 1
            heard = [await listener.next() for _ in range(5)]
            await store(backend, "2")

            assert set(heard) == {": still here\n\n"}
            assert await listener.next_event() == said(version_of(before) + 1)

    run(backend, story)


def test_all_listeners_hear_the_same_by_one_look(backend: Backend) -> None:
    user(backend, "ada")
    looks: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "FROM data_version" in statement:
            looks.append(statement)

    async def story(app: FastAPI) -> None:
        listeners = [Listener(app, bearer(token())) for _ in range(30)]
        first = {await listener.next() for listener in listeners}
        looks.clear()
        await store(backend, "1")
        heard = {await listener.next_event() for listener in listeners}
        found = len(looks)
        for listener in listeners:
            await listener.leave()

        assert len(first) == len(heard) == 1
        assert found <= 3  # a delivery may be more than one commit

    sa_event.listen(backend.database.readers, "before_cursor_execute", note)
    run(backend, story, Pace(data=0.05, end=1, listener=60))
    sa_event.remove(backend.database.readers, "before_cursor_execute", note)


def revoke(backend: Backend, _clock: SettableClock) -> None:
    backend.writer.run(lambda c: c.execute(update(api_key).values(revoked_at=1))).result()


def disable(backend: Backend, _clock: SettableClock) -> None:
    user(backend, "ada", disabled=True)


def expire(_backend: Backend, clock: SettableClock) -> None:
    clock.now += timedelta(hours=2)


@pytest.mark.parametrize(
    ("by_key", "change"), [(True, revoke), (True, disable), (False, disable), (False, expire)]
)
def test_a_stream_ends_when_the_caller_may_no_longer_read(
    backend: Backend,
    clock: SettableClock,
    by_key: bool,
    change: Callable[[Backend, SettableClock], None],
) -> None:
    user(backend, "ada")
    credentials = bearer(key(backend, "ada", "read") if by_key else token())

    async def story(app: FastAPI) -> None:
        async with Listener(app, credentials) as listener:
            await listener.next()
            assert await listener.next() == ": still here\n\n"
            await run_in_threadpool(change, backend, clock)

            while heard := await listener.next():
                assert heard.startswith((":", "event: usage.updated"))

    run(backend, story)


def test_signs_of_life_come_amid_changes_too(backend: Backend) -> None:
    user(backend, "ada")

    async def story(app: FastAPI) -> None:
        async with Listener(app, bearer(token())) as listener:
            heard = [await listener.next()]
            n = 0
            while heard.count(": still here\n\n") < 2:
                await store(backend, str(n := n + 1))
                heard.append(await listener.next())

    run(backend, story, Pace(data=0.001, listener=0.2))


class Ending:
    """A server that is told to end."""

    should_exit = False


def test_streams_end_with_the_server(backend: Backend) -> None:
    async def story(app: FastAPI) -> None:
        app.state.watch.server = server = Ending()
        listeners = [Listener(app, bearer(token())) for _ in range(5)]
        for listener in listeners:
            await listener.next_event()

        server.should_exit = True

        assert [await listener.next_event() for listener in listeners] == [""] * 5
        for listener in listeners:
            await listener.leave()

    run(backend, story, Pace(data=60, end=0.01, listener=60))


@pytest.mark.parametrize(
    ("make", "status", "detail"),
    [
        (lambda _: {}, 401, "Missing bearer token"),
        (lambda _: bearer("bad"), 401, NO_GOOD),
        (lambda backend: bearer(key(backend, "ada", "ingest")), 403, lacks("read")),
    ],
)
def test_who_may_not_read_may_not_listen(
    backend: Backend, make: Callable[[Backend], dict[str, str]], status: int, detail: str
) -> None:
    headers = make(backend)

    async def story(app: FastAPI) -> None:
        async with Listener(app, headers) as listener:
            heard = await listener.next()

            assert (listener.status, json.loads(heard)) == (status, problem(status, detail))

    run(backend, story)


class TestWithoutSignIn:
    """The owner of a local server needs no header."""

    SIGN_IN = False

    def test_the_owner_listens(self, backend: Backend) -> None:
        async def story(app: FastAPI) -> None:
            async with Listener(app) as listener:
                assert await listener.next() == said(0, None)

        run(backend, story)
