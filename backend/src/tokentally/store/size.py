"""Which engine holds a database, and how large it is there."""

from sqlalchemy import Connection, func, select, text


def engine_name(connection: Connection) -> str:
    """The engine and its version, such as `SQLite 3.45.1`."""
    dialect = connection.dialect
    version = ".".join(str(part) for part in dialect.server_version_info or ())
    return f"{'PostgreSQL' if dialect.name == 'postgresql' else 'SQLite'} {version}".strip()


def database_size(connection: Connection) -> int:
    """Bytes on disk, without what is only in a write-ahead log."""
    if connection.dialect.name == "postgresql":
        size = select(func.pg_database_size(func.current_database()))
        return int(connection.execute(size).scalar_one())
    pages = text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
    return int(connection.execute(pages).scalar_one())
