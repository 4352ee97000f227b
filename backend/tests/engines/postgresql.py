"""Databases of PostgreSQL for tests, on a server that runs already.

Row-level security holds in all of them, for their owner is a role with no rights besides; and text
sorts by the rules of a language unless the schema says otherwise. Making a database takes three
times as long as emptying one, so that they are used again.
"""

from dataclasses import dataclass, field
from itertools import count
from typing import Any, Self

import psycopg
from backend.tests.engines.emptying import FirstState, emptied, first_state
from backend.tests.engines.leftovers import PREFIX, drop_leftovers
from backend.tests.engines.plain import psycopg_connection
from psycopg import sql
from sqlalchemy import URL, make_url

from tokentally.store.engine import open_database
from tokentally.store.schema import migrate

PASSWORD = "tokentally"
SORTED_BY_LANGUAGE = (
    "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'"
    " LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"
)
COPY = "CREATE DATABASE {} OWNER {} TEMPLATE {}"


@dataclass
class PostgreSQL:
    """One run of the tests on a server: a role, and databases that are named after it."""

    server: URL
    admin: psycopg.Connection[Any]
    role: str
    first: FirstState
    name: str = "postgresql"
    _idle: list[str] = field(default_factory=list)
    _fresh: set[str] = field(default_factory=set)
    _numbers: "count[int]" = field(default_factory=count)

    @classmethod
    def start(cls, server: str, run: str) -> Self:
        """Make the role of this run, and the database that will be copied."""
        role = f"{PREFIX}{run}"
        admin = psycopg_connection(server, options=f"-c application_name={role}")
        drop_leftovers(admin)
        _execute(admin, f"CREATE ROLE {{}} LOGIN PASSWORD '{PASSWORD}'", role)
        _execute(admin, "ALTER ROLE {} SET synchronous_commit = off", role)
        _execute(admin, SORTED_BY_LANGUAGE, f"{role}_template", role)
        own = make_url(server).set(username=role, password=PASSWORD)
        template = own.set(database=f"{role}_template").render_as_string(hide_password=False)
        database = open_database(template)
        migrate(database.writer)
        database.close()
        return cls(own, admin, role, first_state(template))

    def fresh(self) -> str:
        """An emptied database, or one more copy of the migrated one."""
        url = self._idle.pop() if self._idle else self.copy(self._address(f"{self.role}_template"))
        self._fresh.add(url)
        return url

    def copy(self, url: str) -> str:
        """A copy that the server makes."""
        name = f"{self.role}_{next(self._numbers)}"
        _execute(self.admin, COPY, name, self.role, _name(url))
        return self._address(name)

    def drop(self, url: str) -> None:
        """Keep the database for the next test, unless it is a copy or its tables are others now."""
        if url in self._fresh and emptied(url, self.first):
            self._idle.append(url)
        else:
            _execute(self.admin, "DROP DATABASE {} WITH (FORCE)", _name(url))

    def end(self) -> None:
        """Remove all that this run made."""
        drop_leftovers(self.admin, force=self.role)
        self.admin.close()

    def _address(self, name: str) -> str:
        return self.server.set(database=name).render_as_string(hide_password=False)


def _execute(admin: psycopg.Connection[Any], statement: str, *names: str) -> None:
    admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _name(url: str) -> str:
    return str(make_url(url).database)
