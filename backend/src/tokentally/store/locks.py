"""Whose turn it is. SQLite's writers take turns anyway; PostgreSQL's need locks for what must not
happen at the same time. All of them end with the transaction: a pooler may be in between.
"""

from sqlalchemy import Connection, func, select

from tokentally.store.dialect import is_postgresql

_ROLLUPS, _DELIVERIES, _SCHEMA, _PRICES = (0x746F6B656E000000 + number for number in range(4))


def take_turn(connection: Connection) -> bool:
    """Try to be the only one who changes rollups until the end of the transaction."""
    if not is_postgresql(connection):
        return True
    return bool(connection.execute(select(func.pg_try_advisory_xact_lock(_ROLLUPS))).scalar())


def wait_for_turn(connection: Connection) -> None:
    """Wait until whoever changes rollups now is done."""
    _lock(connection, _ROLLUPS)


def deliver_with_others(connection: Connection) -> None:
    """Before events are stored: from now on names stay, and no further day is sealed."""
    if is_postgresql(connection):
        connection.execute(select(func.pg_advisory_xact_lock_shared(_DELIVERIES)))


def hold_deliveries(connection: Connection) -> None:
    """Wait for the deliveries under way, and let no other begin until the transaction ends."""
    _lock(connection, _DELIVERIES)


def hold_prices(connection: Connection) -> None:
    """Be the only one who adds prices that were looked up, until the transaction ends."""
    _lock(connection, _PRICES)


def hold_schema(connection: Connection) -> None:
    """Be the only one who migrates."""
    _lock(connection, _SCHEMA)


def _lock(connection: Connection, key: int) -> None:
    if is_postgresql(connection):
        connection.execute(select(func.pg_advisory_xact_lock(key)))
