"""Pricing stored events anew: what it would change, or doing it, a few thousand at a time."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import Connection

from tokentally.api.backend import Backend
from tokentally.clock import instant_of, microseconds
from tokentally.days import date_of
from tokentally.pricing.book import open_book
from tokentally.pricing.money import usd
from tokentally.store.prices import record_change
from tokentally.store.reprice import Outcome, Part, Prices, Repriced, preview_part, reprice_part
from tokentally_jobs.backfill import sealed_days
from tokentally_jobs.fold import fold_pending
from tokentally_jobs.prices import by_this_user
from tokentally_jobs.progress import Progress, progress_of
from tokentally_jobs.tables import show_table
from tokentally_jobs.terminal import say


@dataclass
class Moved:
    """Events whose cost changed: how many, and nano-USD before and after."""

    events: int = 0
    old: int = 0
    new: int = 0

    def add(self, each: Repriced) -> None:
        """Count one."""
        self.events += 1
        self.old += each.old or 0
        self.new += each.new or 0


@dataclass
class Report:
    """What repricing changed, by model and month, and how many events it had to leave."""

    moved: dict[tuple[str, str], Moved] = field(default_factory=lambda: defaultdict(Moved))
    refused: int = 0

    def add(self, outcome: Outcome) -> None:
        """Count what came of a part."""
        self.refused += outcome.refused
        for each in outcome.repriced:
            month = f"{instant_of(each.occurred_at):%Y-%m}"
            self.moved[each.model, month].add(each)

    def total(self) -> Moved:
        """All months and models together."""
        parts = self.moved.values()
        return Moved(*(sum(getattr(p, name) for p in parts) for name in ("events", "old", "new")))


def preview(backend: Backend, days: Sequence[int], model: str | None, progress: Progress) -> Report:
    """What repricing would change; nothing is stored."""
    book = open_book(backend.settings, backend.clock)
    report = Report()
    with backend.database.readers.connect() as connection:
        price = book.at(connection, keep=False)
        for day in days:
            _go_through(
                Part(day, model), report, lambda part: preview_part(connection, part, price)
            )
            progress(1)
    return report


def reprice(
    backend: Backend, days: Sequence[int], model: str | None, why: str, progress: Progress
) -> Report:
    """Price events anew and keep what changed; to be run again after an interruption."""
    prices = open_book(backend.settings, backend.clock).at
    report = Report()

    def work(part: Part) -> Outcome:
        store = partial(_reprice_and_record, backend, part, prices, why)
        outcome: Outcome = backend.writer.run(store).result()
        return outcome

    for day in days:
        before = report.total().events
        _go_through(Part(day, model), report, work)
        if report.total().events > before:
            fold_pending(backend)
        progress(1)
    return report


def _go_through(part: Part, report: Report, work: Callable[[Part], Outcome]) -> None:
    last: int | None = part.after
    while last is not None:
        outcome = work(part._replace(after=last))
        report.add(outcome)
        last = outcome.last


def _reprice_and_record(
    backend: Backend, part: Part, prices: Prices, why: str, connection: Connection
) -> Outcome:
    now = microseconds(backend.clock())
    outcome = reprice_part(connection, part, prices, now)
    if outcome.repriced:
        details = f"{date_of(part.day)}: {_described(outcome.repriced)}"
        record_change(connection, by_this_user(backend, why).change("reprice", details))
    return outcome


def _described(repriced: Iterable[Repriced]) -> str:
    moved = Moved()
    for each in repriced:
        moved.add(each)
    return f"{moved.events} events, {usd(moved.old)} -> {usd(moved.new)} USD"


def reprice_and_tell(
    backend: Backend, days: Sequence[int], model: str | None, why: str, *, dry_run: bool
) -> None:
    """Price events anew with a progress bar, or only look, and say what changed."""
    sealed = sealed_days(backend, days)
    days = [day for day in days if day not in sealed]
    with progress_of("days", len(days)) as progress:
        if dry_run:
            report = preview(backend, days, model, progress)
        else:
            report = reprice(backend, days, model, why, progress)
    _show(report)
    if sealed:
        say(f"{len(sealed):,} days are sealed by retention and were left as they are")
    if report.refused:
        say(f"{report.refused:,} events were left as they are: their cost would be too large")
    total = report.total()
    done = "would change" if dry_run else "changed"
    say(f"{done} the cost of {total.events:,} events from {usd(total.old)} to {usd(total.new)} USD")


def _show(report: Report) -> None:
    rows = [
        (model, month, f"{m.events:,}", usd(m.old), usd(m.new), usd(m.new - m.old))
        for (model, month), m in sorted(report.moved.items())
    ]
    if rows:
        show_table(("model", "month", "events", "old USD", "new USD", "delta USD"), rows)
