"""Alembic's entry: runs the migrations on the connection that `tokentally.store.schema` gives."""

from alembic import context
from sqlmodel import SQLModel

from tokentally.models import core as _tables  # noqa: F401  (declares the tables)

context.configure(
    connection=context.config.attributes["connection"], target_metadata=SQLModel.metadata
)
context.run_migrations()
