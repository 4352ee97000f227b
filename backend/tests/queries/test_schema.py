"""The schema that migrations make is the one that the tables declare."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from backend.tests.engines.engine import Engine
from backend.tests.engines.plain import rows
from sqlalchemy import create_engine, text
from sqlmodel import SQLModel

from tokentally.api.backend import Backend, open_backend
from tokentally.config import Settings
from tokentally.models import tables
from tokentally.store import schema
from tokentally.store.engine import UnsupportedDatabase, open_database

FURTHER_INDEXES = {
    "sqlite": [],
    "postgresql": ["model_daily_usage_day", "user_quarter_usage_quarter"],
}
"""Indexes that only one engine needs; the tables don't declare them."""

TABLES = "SELECT name, sql FROM sqlite_master WHERE type = 'table'"


def dump(database: Path) -> object:
    return rows(database, "SELECT sql FROM sqlite_master ORDER BY type, name")


@pytest.mark.every_engine
def test_the_migrated_schema_is_the_declared_one(engine: Engine, backend: Backend) -> None:
    with backend.database.readers.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        changes = compare_metadata(context, SQLModel.metadata)

    assert tables.TokenEvent.metadata is SQLModel.metadata
    undeclared = [(kind, index.name) for kind, index in changes]
    assert sorted(undeclared) == [("remove_index", name) for name in FURTHER_INDEXES[engine.name]]


def test_on_sqlite_the_migrated_tables_are_written_as_the_declared_ones_would_be(
    database_path: Path, tmp_path: Path
) -> None:
    declared = create_engine(f"sqlite:///{tmp_path / 'declared.db'}")
    SQLModel.metadata.create_all(declared)
    with declared.connect() as connection:
        written = connection.execute(text(TABLES)).all()
    declared.dispose()

    expected = {name: table_options(sql) for name, sql in written}
    found = {name: table_options(sql) for name, sql in rows(database_path, TABLES)}
    assert found.pop("alembic_version") == ""
    assert found == expected
    assert all("STRICT" in options for options in found.values())


def table_options(sql: str) -> str:
    return sql.rpartition(")")[2].strip()


def test_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")

    assert ScriptDirectory.from_config(config).get_heads() == [schema.HEAD]


def test_migrating_a_second_time_does_nothing(backend: Backend, database_path: Path) -> None:
    before = dump(database_path)

    schema.migrate(backend.database.writer)

    with backend.database.readers.connect() as connection:
        assert schema.revision(connection) == schema.HEAD
    assert dump(database_path) == before


@pytest.mark.every_engine
def test_a_database_of_a_newer_version_is_refused(backend: Backend, settings: Settings) -> None:
    with backend.database.writer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(schema.UnknownSchema) as refused:
        open_backend(settings)

    expected = "this database was made by a newer Tokentally; please upgrade the program"
    assert str(refused.value) == expected


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (
            "nonsense",
            "TOKENTALLY_DATABASE_URL 'nonsense' is no database address; "
            "sqlite:///tokentally.db is one",
        ),
        (
            "mysql+pymysql://localhost/x",
            "TOKENTALLY_DATABASE_URL names 'mysql+pymysql'; use sqlite:///tokentally.db or "
            "postgresql+psycopg://user@host/database",
        ),
        ("sqlite://", "TOKENTALLY_DATABASE_URL must name a file: sqlite:///tokentally.db"),
        ("sqlite:///:memory:", "TOKENTALLY_DATABASE_URL must name a file: sqlite:///tokentally.db"),
        (
            "sqlite:////no/such/folder/x.db",
            "the database /no/such/folder/x.db can't be made: No such file or directory",
        ),
    ],
)
def test_an_address_that_names_no_database_is_refused_with_the_reason(
    url: str, message: str
) -> None:
    with pytest.raises(UnsupportedDatabase) as refused:
        open_database(url)

    assert str(refused.value) == message
