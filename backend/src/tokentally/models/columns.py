"""Column types that SQLite's STRICT tables and PostgreSQL both take."""

from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine


class Int64(TypeDecorator[int]):
    """A 64-bit integer: `INTEGER` on SQLite, `BIGINT` elsewhere."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Integer() if dialect.name == "sqlite" else BigInteger()


class PlainText(TypeDecorator[str]):
    """Text that sorts by code point on every database, whatever its locale."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Text(collation="C") if dialect.name == "postgresql" else Text()
