"""How many events are stored."""

from sqlalchemy import select

from tokentally.days import ALL_DAYS
from tokentally.store.rollups import MODEL_DAILY
from tokentally.store.usage import Snapshot


def events_stored(now: Snapshot) -> int:
    """The number of events: an event is one request."""
    sums = now.sums(MODEL_DAILY, ALL_DAYS, by=("source_id",), of=("requests",))
    return sum(int(n) for n in now.connection.execute(select(sums.c.requests)).scalars())
