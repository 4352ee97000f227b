"""The same figures on PostgreSQL, in databases of its own on a server that runs already."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import psycopg
from sqlalchemy import make_url

from benchmarks import folds, ingest, own_reads, reads
from benchmarks.database import fill
from benchmarks.measure import Figure

SERVER = os.environ.get(
    "TOKENTALLY_TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
)
"""Its user may make roles and databases."""

ROLE = "tokentally_bench"
SMALL = 100_000


def figures(rows: int) -> list[Figure]:
    """Everything on a database of `rows` events; nothing if no server answers."""
    try:
        with _new_database("tokentally_bench") as url, _new_database("tokentally_bench_s") as small:
            return [
                replace(each, what=f"PostgreSQL: {each.what}") for each in _all(url, small, rows)
            ]
    except psycopg.OperationalError as error:
        sys.stderr.write(f"no PostgreSQL is measured: {error}\n")
        return []


def _all(url: str, small: str, rows: int) -> Iterator[Figure]:
    fill(small, SMALL)
    fill(url, rows)
    yield Figure("size on disk, all in", _size(url) / rows, "bytes/event", "")
    for part in (
        partial(reads.queries, url),
        partial(own_reads.own_queries, url),
        partial(reads.kept_answers, url, ">= 2,000"),
        partial(folds.folds, small, url, rows),
        partial(ingest.single_events, small, goal=""),
        partial(ingest.through_http, url, ordered=True, rows=rows, goal=">= 30,000"),
        partial(ingest.through_http, url, ordered=False, rows=rows, goal=">= 30,000"),
        partial(folds.rebuild, url, rows),
    ):
        yield from part()


@contextmanager
def _new_database(name: str) -> Iterator[str]:
    """The address of an empty database, of a role that row-level security binds."""
    with psycopg.connect(_plain(SERVER), autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        if not server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
            server.execute(f"CREATE ROLE {ROLE} LOGIN")
        server.execute(f"CREATE DATABASE {name} OWNER {ROLE} TEMPLATE template0")
        yield make_url(SERVER).set(username=ROLE, database=name).render_as_string(False)
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _size(url: str) -> int:
    with psycopg.connect(_plain(url), autocommit=True) as connection:
        connection.execute("VACUUM")
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        return int(row[0]) if row else 0


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(False)
