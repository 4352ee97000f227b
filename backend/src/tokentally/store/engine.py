"""Opening the database that `DATABASE_URL` names."""

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from tokentally.store.database import Database, StoreUnavailable, UnsupportedDatabase
from tokentally.store.sqlite import open_sqlite

__all__ = ["Database", "StoreUnavailable", "UnsupportedDatabase", "open_database"]


def open_database(url: str, *, synchronous: str = "FULL") -> Database:
    """Engines for `url`; raises `UnsupportedDatabase` for one that can't be used.

    `synchronous` is SQLite's; PostgreSQL syncs as its server is set to.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise UnsupportedDatabase(
            f"TOKENTALLY_DATABASE_URL {url!r} is no database address; "
            "sqlite:///tokentally.db is one"
        ) from None
    match parsed.drivername:
        case "sqlite" | "sqlite+pysqlite":
            return open_sqlite(parsed, synchronous=synchronous)
        case "postgresql" | "postgres" | "postgresql+psycopg":
            from tokentally.store.postgresql import open_postgresql  # only where it is used

            return open_postgresql(parsed)
        case other:
            raise UnsupportedDatabase(
                f"TOKENTALLY_DATABASE_URL names {other!r}; use sqlite:///tokentally.db or "
                "postgresql+psycopg://user@host/database"
            )
