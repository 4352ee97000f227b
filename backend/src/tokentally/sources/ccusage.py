"""Reads the daily reports of ccusage: one event for each day and model, as far back as they go."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec

from tokentally.models.event import SentEvent
from tokentally.sources.chunks import ChunkInProgress
from tokentally.sources.files import is_changed, list_logs, whole_cursor
from tokentally.sources.json_lines import NOT_DECODED, fault_of
from tokentally.sources.reading import Chunk, Cursor, Skipped
from tokentally.sources.windows import open_log

ALL_AGENTS = "ccusage"
"""The source of days whose models can't be told apart by agent."""


class _Counts(msgspec.Struct, gc=False, rename="camel"):
    """Tokens of one model; `input_tokens` without those from and for the cache."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_creation_tokens: int = 0
    cache_read_tokens: int = 0
    reasoning_output_tokens: int = 0
    cost: Decimal | None = None


class _Breakdown(_Counts, gc=False, rename="camel"):
    model_name: str = ""


class _Metadata(msgspec.Struct, gc=False):
    agents: list[str] = []


class _Day(msgspec.Struct, gc=False, rename="camel"):
    """A day, as the reports of all agents (`period`), of one (`date`) and of Codex write it."""

    date: str | None = None
    period: str | None = None
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)
    model_breakdowns: list[_Breakdown] = []
    models: dict[str, _Counts] = {}


class _Report(msgspec.Struct, gc=False):
    daily: list[msgspec.Raw]


_report = msgspec.json.Decoder(_Report)
_day = msgspec.json.Decoder(_Day)


def read_ccusage(
    path: Path,
    source: str | None,
    before: date | None,
    cursors: Mapping[str, Cursor],
    skipped: Skipped,
) -> Iterator[Chunk]:
    """Yield an event for each day and model of a report, days from `before` on left out.

    Without a `source` it is told by the report: that of Codex, or of the one agent of a day. An
    event keeps its id in a report that is made anew. Raises FileNotFoundError if there is no such
    file.
    """
    chunk = ChunkInProgress()
    days = str(before or "all").encode()  # others may be asked for of a report that is known
    for file in list_logs([path.resolve(strict=True)], ("",), skipped):
        cursor = cursors.get(file.path)
        if cursor and cursor.state == days and not is_changed(file, cursor):
            continue
        with open_log(file, None) as log:
            data = log.handle.read()
            for event in _events(data, source, before, skipped):
                chunk.add_event(event)
            chunk.add_bytes(len(data))
            chunk.add_cursor(whole_cursor(file, days))
    if not chunk.is_empty():
        yield chunk.take()


def _events(
    data: bytes, source: str | None, before: date | None, skipped: Skipped
) -> Iterator[SentEvent]:
    try:
        report = _report.decode(data)
    except NOT_DECODED as error:
        skipped.line(fault_of(data, error) or "no report of ccusage")
        return
    for text in report.daily:
        try:
            each = _day.decode(text)
        except NOT_DECODED as error:
            skipped.line(fault_of(bytes(text), error) or "no report of ccusage")
            continue
        day = each.date or each.period or ""
        if not _is_day(day):
            skipped.line("no day: only `ccusage daily` can be imported")
        elif before is None or date.fromisoformat(day) < before:
            yield from _events_of_day(each, day, source or _source_of(each))


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _source_of(day: _Day) -> str:
    if day.models:
        return "codex"
    if day.period is None:
        return "claude"
    return day.metadata.agents[0] if len(day.metadata.agents) == 1 else ALL_AGENTS


def _events_of_day(day: _Day, name: str, source: str) -> Iterator[SentEvent]:
    for model, counts in day.models.items():
        yield _event(name, source, model, counts)
    for breakdown in day.model_breakdowns:
        yield _event(name, source, breakdown.model_name, breakdown)


def _event(day: str, source: str, model: str, counts: _Counts) -> SentEvent:
    """At noon UTC, which is the same day in nearly every zone.

    The stated cost is taken: many calls in one sum would look like a single large one, for which
    some models have a higher price.
    """
    cached = counts.cache_read_tokens + counts.cache_creation_tokens
    return SentEvent(
        event_id=f"ccusage:{day}:{model}"[:200],
        occurred_at=f"{day}T12:00:00Z",
        source=source,
        model=model,
        input_tokens=counts.input_tokens + cached,
        cached_input_tokens=counts.cache_read_tokens,
        cache_write_tokens=counts.cache_creation_tokens,
        output_tokens=counts.output_tokens,
        reasoning_output_tokens=counts.reasoning_output_tokens,
        pricing_mode="overlap",
        cost_usd=counts.cost or None,
    )
