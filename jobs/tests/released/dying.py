"""Migrates databases in processes that kill themselves on the way, ordered by `POINT ADDRESS`."""

import alembic.command  # before the first fork
from backend.tests.exactness.points import Points, kill_self, take_orders

from tokentally.store.engine import open_database
from tokentally.store.schema import migrate

IMPORTED = alembic.command


def die_in(point: int, given: list[str]) -> None:
    """Migrate a database, and die on the way."""
    [url] = given
    writer = open_database(url).writer
    Points(writer, point, kill_self, after_commits=True)
    migrate(writer)


if __name__ == "__main__":
    take_orders(die_in)
