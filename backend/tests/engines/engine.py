"""What a database engine is to the tests: a place to get databases from.

A third engine is one more implementation of `Engine`, a fixture of its name in the root conftest,
and a way to read it in `plain`.
"""

from typing import Protocol


class Engine(Protocol):
    """Gives databases by address, as `TOKENTALLY_DATABASE_URL` takes it."""

    name: str

    def fresh(self) -> str:
        """A migrated database without events, for one test alone."""

    def copy(self, url: str) -> str:
        """Another database with all that is in this one, which nobody has open."""

    def drop(self, url: str) -> None:
        """Take a database back."""
