"""PostgreSQL: connections and transactions, with no state that outlives a transaction.

So any pooler that hands out a connection for one transaction at a time will do. Every transaction
says whose rows it may see: row-level security lets nobody else's through, whatever a query forgets.
"""

from asyncio import shield, wrap_future
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, text

from tokentally.store.database import OWNER, Database, StoreUnavailable, UnsupportedDatabase

OLDEST_VERSION = 14
EVERYBODY = "*"

_CONNECT: dict[str, Any] = {
    "prepare_threshold": None,  # prepared statements belong to a session
    "connect_timeout": 5,
    "tcp_user_timeout": 15_000,
}
_BEGIN = "tokentally_begin"
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ"


def open_postgresql(url: URL) -> Database:
    """Engines with two pools of connections to the database that `url` names: however many readers
    wait for it, there are connections to write with.
    """
    writer = _engine(url, pool_size=3, max_overflow=2)
    _refuse_unsuitable(writer)
    readers = _engine(url, pool_size=5, max_overflow=5).execution_options(
        **{_BEGIN: f"{_SNAPSHOT} READ ONLY"}
    )
    return Database(
        readers=readers,
        writer=writer,
        exclusive=writer.execution_options(**{_BEGIN: _SNAPSHOT}),
        wide_readers=readers,  # sums are `numeric`
        changes=lambda: ChangedRows(writer.url),
        writers=2,
    )


def _engine(url: URL, **pool: int) -> Engine:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        isolation_level="AUTOCOMMIT",  # transactions begin as `_begin` says
        connect_args=_CONNECT,
        pool_timeout=10,
        pool_pre_ping=True,
        hide_parameters=True,
        **pool,
    )
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    begin, owner = options.get(_BEGIN, "BEGIN"), options.get(OWNER, EVERYBODY)
    connection.exec_driver_sql(f"{begin}; SET LOCAL tokentally.user_id = '{owner}'")


def _refuse_unsuitable(engine: Engine) -> None:
    with engine.connect() as connection:
        version = int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
        encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if version < OLDEST_VERSION:
        raise UnsupportedDatabase(f"PostgreSQL {version} is too old; use {OLDEST_VERSION} or newer")
    if encoding != "UTF8":
        raise UnsupportedDatabase(f"the database is encoded in {encoding}; make one in UTF8")


class ChangedRows:
    """Asks for the data version on a connection of its own, once for all who wait for it."""

    def __init__(self, url: URL) -> None:
        self._address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._thread = ThreadPoolExecutor(1, "tokentally-changes")
        self._connection: psycopg.Connection[Any] | None = None
        self._waiting: Future[int] | None = None
        self._lock = Lock()

    async def count(self) -> int:
        """The data version; the question is sent after the call, and answers all calls before."""
        with self._lock:
            if self._waiting is None:
                self._waiting = self._thread.submit(self._ask)
            asked = self._waiting
        return await shield(wrap_future(asked))

    def close(self) -> None:
        """End the thread and its connection."""
        self._thread.shutdown()
        self._disconnect()

    def _ask(self) -> int:
        with self._lock:
            self._waiting = None  # who comes from now on needs a later look
        try:
            return self._version()
        except psycopg.Error:
            self._disconnect()  # it may have been lost long ago
        try:
            return self._version()
        except psycopg.Error as error:
            raise StoreUnavailable("the database is unavailable") from error

    def _disconnect(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None

    def _version(self) -> int:
        if self._connection is None:
            self._connection = psycopg.connect(self._address, autocommit=True, **_CONNECT)
        row = self._connection.execute("SELECT version FROM data_version").fetchone()
        return int(row[0]) if row else 0
