"""Asking the database with patience that ends: for health and metrics, which must always answer."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from threading import Thread
from typing import Generic, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from tokentally.store.database import Database, StoreUnavailable

Found = TypeVar("Found")


class Unanswered(RuntimeError):
    """The database didn't answer, or not in time; the message is for the caller."""


class Probe(Generic[Found]):
    """One question to `database`, asked in a thread of its own and never twice at a time.

    Whoever asks while it is under way waits for the same answer, so a database that hangs holds
    one thread, however often it is asked.
    """

    def __init__(
        self, database: Database, query: Callable[[Connection], Found], patience_seconds: float
    ) -> None:
        self._database = database
        self._query = query
        self._patience = patience_seconds
        self._asked: Future[Found] | None = None

    async def ask(self) -> Found:
        """What the query finds; raises `Unanswered`. For one event loop."""
        if self._asked is None or self._asked.done():
            self._asked = _in_thread(self._read)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(self._asked), self._patience)
        except TimeoutError:
            raise Unanswered(f"no answer within {self._patience:g} s") from None
        except StoreUnavailable as error:
            raise Unanswered(str(error)) from error
        except SQLAlchemyError as error:
            raise Unanswered("the database is unavailable") from error

    def _read(self) -> Found:
        with self._database.readers.connect() as connection:
            return self._query(connection)


def _in_thread(work: Callable[[], Found]) -> Future[Found]:
    """Run `work` in a thread that doesn't keep the process from ending."""
    future: Future[Found] = Future()
    future.set_running_or_notify_cancel()

    def run() -> None:
        try:
            future.set_result(work())
        except Exception as error:  # noqa: BLE001  (the thread's outermost edge)
            future.set_exception(error)

    Thread(target=copy_context().run, args=(run,), name="tokentally-probe", daemon=True).start()
    return future
