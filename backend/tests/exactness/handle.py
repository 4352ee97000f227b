"""A database as one process has it open: engines and a cache of names of its own."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from backend.tests.engines.plain import address
from backend.tests.exactness.oracle import Sent
from sqlalchemy import Connection

from tokentally.auth.caller import LOCAL
from tokentally.ingest.normalise import sender
from tokentally.ingest.parse import parse_json
from tokentally.pricing.book import LookUp, PriceBook
from tokentally.store.deliver import Delivery, Door, deliver
from tokentally.store.engine import open_database
from tokentally.store.exclusive import exclusively

Result = TypeVar("Result")


class Handle:
    """Opens the database anew: what only another process remembers is not known here."""

    def __init__(
        self,
        database: Path | str,
        clock: Callable[[], datetime],
        look_up: LookUp | None = None,
    ) -> None:
        self.database = open_database(address(database), synchronous="NORMAL")
        self._clock = clock
        self._door = Door(self.database.writer, PriceBook(look_up, clock).at, clock)

    def send(
        self, batch: Sequence[Sent], also: Callable[[Connection], None] | None = None
    ) -> list[str]:
        """Deliver events through the same door as a request; one outcome for each."""
        by = sender(LOCAL.user, self._clock(), may_name_users=True)
        parsed = parse_json(json.dumps(list(batch)).encode(), by)
        [outcomes] = deliver(self._door, [Delivery(parsed.events)], also)
        told: dict[int, str] = dict(zip(parsed.places, outcomes, strict=True))
        return [told.get(index, "rejected") for index in range(len(batch))]

    def write(self, work: Callable[[Connection], Result]) -> Result:
        """Run work in a transaction of its own."""
        with self.database.writer.begin() as connection:
            return work(connection)

    def change_rollups(self, work: Callable[[Connection], Result]) -> Result:
        """Run work in a transaction in which nobody else changes rollups."""
        return exclusively(self.database, work)

    def read(self, query: Callable[[Connection], Any]) -> Any:
        """What `query` finds in one snapshot."""
        with self.database.readers.connect() as connection:
            return query(connection)

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()
