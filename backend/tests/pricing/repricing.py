"""Repricing through the store, as the command does it, in small parts."""

from functools import partial

from backend.tests.exactness.handle import Handle
from backend.tests.factories import NOW, SettableClock, event
from sqlalchemy import Connection

from tokentally.clock import microseconds
from tokentally.days import date_of
from tokentally.pricing.book import LookUp, PriceBook
from tokentally.store.prices import Change, record_change
from tokentally.store.rebuild import days_with_events
from tokentally.store.reprice import Outcome, Part, preview_part, reprice_part

MONDAY, TUESDAY = "2026-11-16T10:15:00+00:00", "2026-11-17T10:15:00+00:00"


def reprice(
    handle: Handle, model: str | None = None, *, limit: int = 2, look_up: LookUp | None = None
) -> list[Outcome]:
    """Price all events anew, `limit` at a time; what came of each part in which something did."""
    book = PriceBook(look_up, SettableClock())
    outcomes = []
    for day in handle.read(days_with_events):
        part = Part(day, model, limit=limit)
        while True:
            outcome = handle.write(partial(_reprice, part=part, book=book))
            outcomes.append(outcome)
            if outcome.last is None:
                break
            part = part._replace(after=outcome.last)
    return [outcome for outcome in outcomes if outcome.repriced or outcome.refused]


def _reprice(connection: Connection, part: Part, book: PriceBook) -> Outcome:
    outcome = reprice_part(connection, part, book.at, microseconds(NOW))
    if outcome.repriced:
        details = f"{date_of(part.day)}: {len(outcome.repriced)}"
        record_change(connection, Change(0, "ada", "reprice", "", details))
    return outcome


def preview(handle: Handle) -> list[Outcome]:
    """What repricing would change."""
    book = PriceBook(None, SettableClock())

    def look(connection: Connection) -> list[Outcome]:
        price = book.at(connection, keep=False)
        days = days_with_events(connection)
        return [preview_part(connection, Part(day, limit=1_000), price) for day in days]

    found: list[Outcome] = handle.read(look)
    return [outcome for outcome in found if outcome.repriced]


def sent(event_id: str, at: str = MONDAY, **overrides: object) -> dict[str, object]:
    """An event as sent, of the model `m` with a million tokens in."""
    tokens = {"input_tokens": 1_000_000, "output_tokens": 0}
    return event(event_id=event_id, occurred_at=at, **{"model": "m", **tokens, **overrides})
