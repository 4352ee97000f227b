"""How deliveries ended, counted by day of receipt and source (for `doctor` and the metrics)."""

from collections import Counter

from sqlalchemy import Connection

from tokentally.days import DAY_MICROS
from tokentally.models.core import ingest_stat
from tokentally.store.dialect import add_rows

Tally = Counter[tuple[str, str, str]]
"""Numbers by (source, kind, reason); kinds are the outcomes of a delivery and `mismatch`."""


def add_stats(connection: Connection, tally: Tally, *, received_at: int) -> None:
    """Add `tally` to the day that holds `received_at` (microseconds since 1970)."""
    day = received_at // DAY_MICROS
    rows = [(day, *key, n) for key, n in sorted(tally.items())]
    if rows:
        add_rows(connection, ingest_stat, rows, keys=("day", "source", "kind", "reason"), total="n")
