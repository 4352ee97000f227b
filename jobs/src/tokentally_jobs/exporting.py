"""Exporting events, in the form in which they can be sent again."""

import csv
from typing import TextIO

import msgspec

from tokentally.api.backend import Backend
from tokentally.models.plain_text import spreadsheet_cell
from tokentally.queries.events import events_of

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


def export_csv(backend: Backend, days: range, out: TextIO) -> int:
    """Write the events of `days` (day numbers) as CSV with a header; returns how many."""
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    count = 0
    with backend.database.readers.connect() as connection:
        for event in events_of(connection, days):
            writer.writerow({name: spreadsheet_cell(value) for name, value in event.items()})
            count += 1
    return count


def export_jsonl(backend: Backend, days: range, out: TextIO) -> int:
    """Write the events of `days` (day numbers), one JSON object a line; returns how many."""
    count = 0
    with backend.database.readers.connect() as connection:
        for event in events_of(connection, days):
            out.write(msgspec.json.encode(event).decode() + "\n")
            count += 1
    return count
