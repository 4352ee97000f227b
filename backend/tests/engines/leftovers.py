"""Roles and databases that runs of the tests made on a server, and those of dead runs removed."""

from typing import Any

import psycopg
from psycopg import sql

PREFIX = "tokentally_test_"

_DEAD_ROLES = """
SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s) AND NOT EXISTS
    (SELECT 1 FROM pg_stat_activity WHERE application_name = rolname OR usename = rolname)
"""
"""A run that is alive holds a connection that is called like its role."""
_DATABASES = """
SELECT datname FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba WHERE rolname = %s
    AND starts_with(datname, rolname)
"""


def drop_leftovers(admin: psycopg.Connection[Any], *, force: str | None = None) -> None:
    """Remove what dead runs left, and all of the run whose role is `force`."""
    dead = {name for (name,) in admin.execute(_DEAD_ROLES, [PREFIX])} if force is None else {force}
    for role in sorted(dead):
        for (database,) in admin.execute(_DATABASES, [role]).fetchall():
            _drop(admin, "DROP DATABASE IF EXISTS {} WITH (FORCE)", database)
        _drop(admin, "DROP ROLE IF EXISTS {}", role)


def _drop(admin: psycopg.Connection[Any], statement: str, name: str) -> None:
    try:
        admin.execute(sql.SQL(statement).format(sql.Identifier(name)))
    except psycopg.errors.Error:  # another run removes it at the same time, or still needs it
        return
