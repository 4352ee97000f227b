"""How many events are stored."""

from sqlalchemy import select

from tokentally.days import FIRST_DATE, LAST_DATE, day_number
from tokentally.store.rollups import MODEL_DAILY
from tokentally.store.usage import Snapshot

_ALWAYS = range(day_number(FIRST_DATE), day_number(LAST_DATE) + 1)


def events_stored(now: Snapshot) -> int:
    """The number of events: an event is one request."""
    sums = now.sums(MODEL_DAILY, _ALWAYS, by=("source_id",), of=("requests",))
    return sum(int(n) for n in now.connection.execute(select(sums.c.requests)).scalars())
