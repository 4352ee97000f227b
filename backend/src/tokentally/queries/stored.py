"""How many events are stored."""

from sqlalchemy import select

from tokentally.days import ALL_DAYS
from tokentally.store.rollups import PEOPLE_DAILY
from tokentally.store.usage import Snapshot


def events_stored(now: Snapshot) -> int:
    """The number of events: an event is one request. Read from the rollup with the fewest rows."""
    sums = now.sums(PEOPLE_DAILY, ALL_DAYS, by=("user_id",), of=("requests",))
    return sum(int(n) for n in now.connection.execute(select(sums.c.requests)).scalars())
