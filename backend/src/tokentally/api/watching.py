"""Watching the data for all who want to know when it changes, by one look for them all."""

import asyncio
import signal
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from tokentally.api.backend import Backend
from tokentally.clock import rfc3339
from tokentally.models.core import data_version
from tokentally.store.database import StoreUnavailable


@dataclass(frozen=True)
class DataState:
    """The data version, and the newest receipt that it includes."""

    version: int
    as_of: str | None


@dataclass(frozen=True)
class Pace:
    """Seconds between two looks: at the data, whether the server is to end, and at a listener."""

    data: float = 0.5
    end: float = 0.1
    listener: float = 15.0


class Watch:
    """Looks at the data as long as anybody listens; for one event loop.

    `server` is what this process serves with, if that can be told (`running_server`): nobody else
    says that it is to end while it still waits for the answers that it has begun.
    """

    def __init__(self, backend: Backend, pace: Pace) -> None:
        self.server: Any = None
        self._backend = backend
        self._pace = pace
        self._count = -1
        self._state: DataState | None = None
        self._listeners = 0
        self._looking: list[asyncio.Task[None]] = []
        self._news: asyncio.Future[None] | None = None

    async def look(self) -> None:
        """See what state the data is in; raises `StoreUnavailable` and what the database does."""
        count = await self._backend.kept.state()
        if count != self._count:
            state = await run_in_threadpool(_state_of, self._backend)
            self._count = count
            if state != self._state:  # the fold commits as well, and changes no answer
                self._state = state
                self._wake()

    async def states(self) -> AsyncGenerator[DataState | None]:
        """The state that was seen last, and each that follows; None when it is time to look
        whether the listener is still to be told. Ends when the server does.
        """
        clock, told = asyncio.get_running_loop().time, None
        due = clock() + self._pace.listener
        self._enter()
        try:
            while not self._is_ending():
                if clock() >= due:
                    due = clock() + self._pace.listener
                    yield None
                elif self._state != told:
                    told = self._state
                    yield told
                else:
                    await self._more(due - clock())
        finally:
            self._leave()

    async def _more(self, seconds: float) -> None:
        """Wait for news, at most for some time."""
        if self._news is None or self._news.done():
            self._news = asyncio.get_running_loop().create_future()
        await asyncio.wait([self._news], timeout=seconds)

    def _wake(self) -> None:
        if self._news and not self._news.done():
            self._news.set_result(None)

    def _is_ending(self) -> bool:
        return self.server is not None and bool(self.server.should_exit)

    def _enter(self) -> None:
        self._listeners += 1
        if self._listeners == 1:
            looks = self._look_on(), self._wait_for_end()
            self._looking = [asyncio.create_task(look) for look in looks]

    def _leave(self) -> None:
        self._listeners -= 1
        if not self._listeners:
            for task in self._looking:
                task.cancel()

    async def _look_on(self) -> None:
        while True:
            with suppress(StoreUnavailable, SQLAlchemyError):  # it may be back at the next look
                await self.look()
            await asyncio.sleep(self._pace.data)

    async def _wait_for_end(self) -> None:
        while not self._is_ending():
            await asyncio.sleep(self._pace.end)
        self._wake()


def running_server() -> Any:
    """The uvicorn server that runs this process, while it starts or runs: it takes the signals.

    None under another server. What it gives has `should_exit`.
    """
    owner = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return owner if hasattr(owner, "should_exit") else None


def _state_of(backend: Backend) -> DataState:
    with backend.database.readers.connect() as connection:
        row = connection.execute(select(data_version.c.version, data_version.c.as_of)).one()
    return DataState(row.version, None if row.as_of is None else rfc3339(row.as_of))
