"""Making and migrating the schema."""

from pathlib import Path

from sqlalchemy import Connection, Engine, column, select
from sqlalchemy import table as sa_table

from tokentally.store.dialect import names_of_tables
from tokentally.store.locks import hold_schema

HEAD = "0007"
"""The newest migration; a test holds that it is."""

_FOLDER = Path(__file__).parent / "migrations"


class UnknownSchema(RuntimeError):
    """The database was made by a newer Tokentally."""


def migrate(writer: Engine) -> None:
    """Bring the schema to `HEAD` in one transaction; does nothing if it is there already."""
    with writer.begin() as connection:
        hold_schema(connection)
        if revision(connection) == HEAD:
            return
        _upgrade(connection)


def revision(connection: Connection) -> str | None:
    """The migration that the schema is at, or None for an empty database."""
    if "alembic_version" not in set(
        connection.execute(names_of_tables(connection.dialect.name)).scalars()
    ):
        return None
    version = sa_table("alembic_version", column("version_num"))
    return connection.execute(select(version.c.version_num)).scalar()


def _upgrade(connection: Connection) -> None:
    from alembic import command  # alembic costs 0.2 s to import, and most starts don't need it
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise UnknownSchema(
            "this database was made by a newer Tokentally; please upgrade the program"
        ) from error
