"""Reads CSV exports whose columns the user maps to the fields of an event."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from hashlib import blake2b
from itertools import count
from pathlib import Path

from tokentally.models.event import SentEvent
from tokentally.sources.chunks import ChunkInProgress
from tokentally.sources.csv_cells import UnusableRow, cost_in, count_in, success_in, time_in
from tokentally.sources.files import LogFile
from tokentally.sources.reading import Chunk, Cursor, Skipped

COUNTS = (
    "input_tokens",
    "cached_input_tokens",
    "cache_write_tokens",
    "cache_write_1h_tokens",
    "output_tokens",
    "reasoning_output_tokens",
    "total_tokens",
)
WORDS = ("event_id", "source", "model", "pricing_mode", "user", "team")
NAMED_ROWS = 20
FIELDS = (*WORDS, "occurred_at", *COUNTS, "cost_usd", "success")


@dataclass(frozen=True)
class CsvMapping:
    """Event field → column name, and the values of fields that no column gives.

    Times without a zone are taken to be in `zone`.
    """

    columns: Mapping[str, str]
    source: str | None = None
    model: str | None = None
    user: str | None = None
    team: str | None = None
    zone: tzinfo = UTC


def parse_columns(text: str) -> dict[str, str]:
    """Return the mapping in `field=column,field=column`; ValueError says what is wrong in it."""
    columns: dict[str, str] = {}
    for part in text.split(","):
        field, equals, column = (piece.strip() for piece in part.partition("="))
        if not equals or not column:
            raise ValueError(f"'{part}' is not of the form field=column")
        if field not in FIELDS:
            raise ValueError(f"there is no field '{field}'; the fields are {', '.join(FIELDS)}")
        columns[field] = column
    if "occurred_at" not in columns:
        raise ValueError("the time is missing: map a column to occurred_at")
    return columns


def read_csv(
    path: Path, mapping: CsvMapping, cursors: Mapping[str, Cursor], skipped: Skipped
) -> Iterator[Chunk]:
    """Yield one event per row; a file that has changed is read again from its first row.

    A row's id is a hash of the file's base name, the row's number (the first below the header is
    1) and its text, so reading again gives the same events. Raises ValueError if a mapped column
    is not in the header, OSError if the file can't be read.
    """
    status = path.stat()
    # The mapping belongs to it: after a corrected mapping the same rows mean something else.
    sign = blake2b(repr(mapping).encode(), digest_size=8).hexdigest()
    file = LogFile(str(path.resolve()), status.st_ino, status.st_size, status.st_mtime_ns)
    identity = f"{file.inode}:{file.size}:{file.modified}:{sign}"
    known = cursors.get(file.path)
    if known is not None and known.identity == identity:
        return
    chunk = ChunkInProgress()
    for event in _events(path, mapping, skipped):
        chunk.add_as_sent(event)
        if chunk.is_full():
            yield chunk.take()
    chunk.add_bytes(file.size)
    chunk.add_cursor(Cursor(file.path, identity, file.size))
    yield chunk.take()


def _events(path: Path, mapping: CsvMapping, skipped: Skipped) -> Iterator[SentEvent]:
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as lines:
        rows = csv.reader(lines, strict=True)
        try:
            header = next(rows, [])
        except csv.Error as error:
            raise ValueError(f"the header is not CSV: {error}") from None
        places = _places(mapping, header)
        for number in count(1):
            try:
                row = next(rows, None)
                if row is None:
                    return
                if row:
                    yield _event(path.name, number, row, places, mapping)
            except (csv.Error, UnusableRow) as error:
                reason = f"not CSV ({error})" if isinstance(error, csv.Error) else str(error)
                skipped.line(reason)
                if skipped.counts[reason] <= NAMED_ROWS:
                    skipped.problems.append((str(path), f"row {number}: {reason}"))


def _places(mapping: CsvMapping, header: list[str]) -> dict[str, int]:
    names = [name.strip() for name in header]
    for field, column in mapping.columns.items():
        if column not in names:
            raise ValueError(
                f"no column '{column}' for {field}; the columns are {', '.join(names) or 'none'}"
            )
    return {field: names.index(column) for field, column in mapping.columns.items()}


def _event(
    name: str, number: int, row: list[str], places: Mapping[str, int], mapping: CsvMapping
) -> SentEvent:
    if len(row) <= max(places.values()):
        raise UnusableRow("row is too short")
    cells = {field: row[place].strip() for field, place in places.items()}
    row_id = _row_id(name, number, row)
    event = SentEvent(
        event_id=cells.get("event_id") or row_id,
        occurred_at=time_in(cells["occurred_at"], mapping.zone),
        source=cells.get("source") or mapping.source,
        model=cells.get("model") or mapping.model,
        user=cells.get("user") or mapping.user,
        team=cells.get("team") or mapping.team,
        pricing_mode=cells.get("pricing_mode") or None,
        cost_usd=cost_in(cells.get("cost_usd", "")),
        success=success_in(cells.get("success", "")),
    )
    for field in COUNTS:
        if field in cells:
            setattr(event, field, count_in(cells[field]))
    return event


def _row_id(name: str, number: int, row: list[str]) -> str:
    try:
        text = "\x1f".join((name, str(number), *row)).encode()
    except UnicodeEncodeError:
        raise UnusableRow("not UTF-8") from None
    return blake2b(text, digest_size=16).hexdigest()
