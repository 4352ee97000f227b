"""How many events are stored."""

from sqlalchemy import func, select

from tokentally.models.core import pending_usage
from tokentally.store.rollups import PEOPLE_TOTAL
from tokentally.store.usage import Snapshot


def events_stored(now: Snapshot) -> int | None:
    """The number of events: an event is one request. Read from the rollup with the fewest rows.

    None while that is being built.
    """
    if PEOPLE_TOTAL.name in now.building:
        return None
    counts = (select(func.sum(table.c.requests)) for table in (PEOPLE_TOTAL.table, pending_usage))
    return sum(int(now.connection.execute(count).scalar() or 0) for count in counts)
