"""The raw events of a range of days, in the form in which they could be sent again."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from tokentally.clock import rfc3339
from tokentally.models.core import app_user, model, source, team, token_event
from tokentally.models.event import CostSource, Mode
from tokentally.store.event_keys import unpack
from tokentally.store.rollups import events_in

_ROWS_AT_A_TIME = 5_000


def events_of(connection: Connection, days: range) -> Iterator[dict[str, Any]]:
    """The events of `days` (day numbers) by UTC day, with the fields of `SentEvent`.

    Counts are those of the stated `pricing_mode`, so that importing them gives the same events.
    """
    event = token_event
    names = {"source": source, "model": model, "user": app_user, "team": team}
    statement = select(event, *(table.c.name.label(label) for label, table in names.items()))
    for label, table in names.items():
        statement = statement.join(table, table.c.id == event.c[f"{label}_id"])
    statement = statement.where(events_in(days)).order_by(event.c.id)
    statement = statement.execution_options(yield_per=_ROWS_AT_A_TIME)
    for row in connection.execute(statement):
        yield _sendable(row)


def _sendable(row: Any) -> dict[str, Any]:
    disjoint = row.mode == Mode.add
    parts = row.cached_input_tokens + row.cache_write_tokens if disjoint else 0
    reasoning = row.reasoning_output_tokens if disjoint else 0
    reported = row.cost_source == CostSource.reported
    return {
        "event_id": unpack(row.event_key),
        "occurred_at": rfc3339(row.occurred_at),
        "source": row.source,
        "model": row.model,
        "input_tokens": row.input_tokens - parts,
        "cached_input_tokens": row.cached_input_tokens,
        "cache_write_tokens": row.cache_write_tokens,
        "cache_write_1h_tokens": row.cache_write_1h_tokens,
        "output_tokens": row.output_tokens - reasoning,
        "reasoning_output_tokens": row.reasoning_output_tokens,
        "total_tokens": row.input_tokens + row.output_tokens,
        "pricing_mode": Mode(row.mode).name,
        "cost_usd": f"{Decimal(row.cost_nano_usd).scaleb(-9):.9f}" if reported else None,
        "success": bool(row.success),
        "revision": row.revision,
        "user": row.user,
        "team": row.team,
    }
