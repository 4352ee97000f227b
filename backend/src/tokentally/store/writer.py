"""What writes in a process: threads, each of which shares a transaction among waiting deliveries.

Each delivery is acknowledged after the commit that contains it. Other work that writes (the fold,
a rebuild) goes through the same queue: with one thread, as on SQLite, it takes its turn instead of
fighting for the lock. A second one prepares its events while the database stores the first one's.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from threading import Condition, Thread
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, TimeoutError

from tokentally.store.database import StoreUnavailable
from tokentally.store.deliver import Delivery, Door, deliver
from tokentally.store.exclusive import despite_conflicts

MAX_EVENTS_WAITING = 100_000
EVENTS_A_TRANSACTION = 20_000

Result = TypeVar("Result")

_UNAVAILABLE = OperationalError | InterfaceError | TimeoutError | StoreUnavailable
"""What says that nobody's events can be stored now."""

log = logging.getLogger(__name__)


class _Waiting(NamedTuple):
    delivery: Delivery
    future: Future[list[str]]


class _Work(NamedTuple):
    run: Callable[[Connection], Any]
    future: Future[Any]


class Writer:
    """Queues deliveries and other writing work for a thread a door; `stop` finishes what is queued.

    What is queued begins in that order, but may end in another if there are several doors.
    """

    def __init__(self, doors: Sequence[Door]) -> None:
        self._queue: deque[_Waiting | _Work] = deque()
        self._changed = Condition()
        self._events_waiting = 0
        self._stopped = False
        self._threads = [
            Thread(target=self._loop, args=(door,), name="tokentally-writer", daemon=True)
            for door in doors
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, delivery: Delivery) -> Future[list[str]]:
        """Queue a delivery; the future holds one outcome an event once they are committed.

        Raises `StoreUnavailable` when too much waits already, or after `stop`.
        """
        future: Future[list[str]] = Future()
        with self._changed:
            if self._events_waiting + len(delivery.events) > MAX_EVENTS_WAITING:
                raise StoreUnavailable("too many events are waiting to be stored")
            self._put(_Waiting(delivery, future))
            self._events_waiting += len(delivery.events)
        return future

    def run(self, work: Callable[[Connection], Any]) -> Future[Any]:
        """Queue work for a transaction of its own; the future holds what it returns."""
        future: Future[Any] = Future()
        with self._changed:
            self._put(_Work(work, future))
        return future

    def stop(self) -> None:
        """Take nothing more, finish what is queued, and end the threads."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _put(self, item: _Waiting | _Work) -> None:
        if self._stopped:
            raise StoreUnavailable("the server is shutting down")
        self._queue.append(item)
        self._changed.notify()

    def _loop(self, door: Door) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._queue or self._stopped)
                if not self._queue:
                    return
                head = self._queue.popleft()
                group = [head, *self._followers(head)] if isinstance(head, _Waiting) else []
            if isinstance(head, _Work):
                if head.future.set_running_or_notify_cancel():
                    _run_work(door, head)
            else:
                _deliver(door, [w for w in group if w.future.set_running_or_notify_cancel()])

    def _followers(self, head: _Waiting) -> Iterator[_Waiting]:
        """Further deliveries that stand next in the queue, for the same transaction."""
        events = len(head.delivery.events)
        self._events_waiting -= events
        while self._queue and events < EVENTS_A_TRANSACTION:
            item = self._queue[0]
            if isinstance(item, _Work):
                return
            self._queue.popleft()
            events += len(item.delivery.events)
            self._events_waiting -= len(item.delivery.events)
            yield item


def _run_work(door: Door, work: _Work) -> None:
    try:
        result = despite_conflicts(lambda: _committed(door, work.run))
    except Exception as error:  # noqa: BLE001  (the thread's outermost edge)
        work.future.set_exception(_told(error))
    else:
        work.future.set_result(result)


def _committed(door: Door, run: Callable[[Connection], Result]) -> Result:
    with door.writer.begin() as connection:
        return run(connection)


def _deliver(door: Door, group: list[_Waiting]) -> None:
    try:
        deliveries = [item.delivery for item in group]
        outcomes = despite_conflicts(lambda: deliver(door, deliveries))
    except Exception as error:  # noqa: BLE001  (the thread's outermost edge)
        if len(group) > 1 and not isinstance(error, _UNAVAILABLE):
            for item in group:  # one delivery's defect must not cost the others
                _deliver(door, [item])
            return
        for item in group:
            item.future.set_exception(_told(error))
    else:
        for item, own in zip(group, outcomes, strict=True):
            item.future.set_result(own)


def _told(error: Exception) -> Exception:
    """What waits is told of a database error without its details; they go to the log."""
    if not isinstance(error, DBAPIError | TimeoutError):
        return error
    log.error("the database refused a write: %s", getattr(error, "orig", error))
    return StoreUnavailable("the database can't be written now")
