"""Exporting events, in the form in which they can be sent again."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, TextIO

import msgspec
from sqlalchemy import select

from tokentally.api.backend import Backend
from tokentally.clock import rfc3339
from tokentally.models.core import app_user, model, source, team, token_event
from tokentally.models.event import CostSource, Mode
from tokentally.store.event_ids import first_id
from tokentally.store.event_keys import unpack

COLUMNS = (
    "event_id",
    "occurred_at",
    "source",
    "model",
    "input_tokens",
    "cached_input_tokens",
    "cache_write_tokens",
    "cache_write_1h_tokens",
    "output_tokens",
    "reasoning_output_tokens",
    "total_tokens",
    "pricing_mode",
    "cost_usd",
    "success",
    "revision",
    "user",
    "team",
)
_ROWS_AT_A_TIME = 5_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export_csv(backend: Backend, days: range, out: TextIO) -> int:
    """Write the events of `days` (day numbers) as CSV with a header; returns how many."""
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    count = 0
    for event in events_of(backend, days):
        writer.writerow({name: _cell(value) for name, value in event.items()})
        count += 1
    return count


def export_jsonl(backend: Backend, days: range, out: TextIO) -> int:
    """Write the events of `days` (day numbers), one JSON object a line; returns how many."""
    count = 0
    for event in events_of(backend, days):
        out.write(msgspec.json.encode(event).decode() + "\n")
        count += 1
    return count


def events_of(backend: Backend, days: range) -> Iterator[dict[str, Any]]:
    """The events of `days` by UTC day, as they could be sent, all from one snapshot.

    Counts are those of the stated `pricing_mode`, so that importing them gives the same events.
    """
    event = token_event
    names = {"source": source, "model": model, "user": app_user, "team": team}
    statement = select(event, *(table.c.name.label(label) for label, table in names.items()))
    for label, table in names.items():
        statement = statement.join(table, table.c.id == event.c[f"{label}_id"])
    statement = statement.where(
        event.c.id >= first_id(days.start), event.c.id < first_id(days.stop)
    ).order_by(event.c.id)
    with backend.database.readers.connect() as connection:
        streamed = connection.execution_options(yield_per=_ROWS_AT_A_TIME)
        for row in streamed.execute(statement):
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


def _cell(value: Any) -> Any:
    """A CSV cell; text that a spreadsheet would run as a formula is quoted by an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value[:1] in _FORMULA else value
