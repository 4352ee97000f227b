"""Importing logs: each chunk of a reader is stored together with the cursors that it leads to."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from tokentally.api.backend import Backend
from tokentally.auth.caller import LOCAL
from tokentally.ingest.normalise import InvalidEvent, normalise, sender, source_of
from tokentally.models.event import Event, SentEvent
from tokentally.sources.reading import Chunk, Cursor, Skipped
from tokentally.store.cursors import CursorRow, cursors_of, save_cursors
from tokentally.store.deliver import Delivery, Door, deliver
from tokentally.store.exclusive import despite_conflicts
from tokentally.store.outcomes import REJECTED
from tokentally.store.stats import Tally
from tokentally_jobs.progress import Progress

Reader = Callable[[Mapping[str, Cursor], Skipped], Iterator[Chunk]]
"""Reads what the cursors have not seen yet."""


@dataclass
class ImportReport:
    """What an import did: events by outcome, bytes read, and what was skipped and why."""

    outcomes: Counter[str] = field(default_factory=Counter)
    tokens: int = 0
    bytes_read: int = 0
    skipped: Skipped = field(default_factory=Skipped)


def import_logs(
    backend: Backend,
    name: str,
    reader: Reader,
    *,
    dry_run: bool = False,
    progress: Progress = lambda _: None,
) -> ImportReport:
    """Read what is new and store it; a second run finds nothing new.

    `name` is whose cursors are used. With `dry_run` nothing is stored, and every event that would
    be sent to the store counts as `read`. `progress` is told the bytes of each chunk.
    """
    report = ImportReport()
    door = backend.door()
    with backend.database.readers.connect() as connection:
        cursors = {row.path: Cursor(*row) for row in cursors_of(connection, name)}
    for chunk in reader(cursors, report.skipped):
        refused: Tally = Tally()
        events = list(_normalised(backend, chunk.events, refused))
        for (_source, _kind, reason), n in refused.items():
            report.skipped.counts[reason] += n
        report.tokens += sum(event.input_tokens + event.output_tokens for event in events)
        report.bytes_read += chunk.bytes_read
        if dry_run:
            report.outcomes["read"] += len(events)
        else:
            delivery = Delivery(events, refused)
            report.outcomes.update(_store(door, name, delivery, chunk))
        progress(chunk.bytes_read)
    return report


def _normalised(backend: Backend, sent: list[SentEvent], refused: Tally) -> Iterator[Event]:
    by = sender(LOCAL.user, backend.clock(), may_name_users=True)
    for event in sent:
        try:
            yield normalise(event, by)
        except InvalidEvent as error:
            refused[source_of(event), REJECTED, error.reason] += 1


def _store(door: Door, name: str, delivery: Delivery, chunk: Chunk) -> list[str]:
    rows = [CursorRow(c.path, c.identity, c.offset, c.state) for c in chunk.cursors]

    def with_cursors(connection: Connection) -> None:
        save_cursors(connection, name, rows)

    [outcomes] = despite_conflicts(lambda: deliver(door, [delivery], also=with_cursors))
    return outcomes
