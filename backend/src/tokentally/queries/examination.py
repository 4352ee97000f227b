"""How everything does: the database, the jobs, what came in, and what has no price."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from tokentally.clock import Clock
from tokentally.config import Settings
from tokentally.days import day_number
from tokentally.pricing.book import PriceBook, open_book
from tokentally.queries.health import Health, health
from tokentally.queries.sealed_days import SealedDays, sealed_days
from tokentally.queries.stored import events_stored
from tokentally.queries.unpriced import Unpriced, unpriced_models
from tokentally.store.size import database_size, engine_name
from tokentally.store.usage import Snapshot
from tokentally.store.version import as_of

DAYS_COUNTED = 7
"""Deliveries are counted over today and the days before."""

MODELS_LISTED = 20


class UnpricedModel(NamedTuple):
    """A model of which some events have no price, and whether the book has one for today."""

    sums: Unpriced
    has_price: bool


@dataclass(frozen=True)
class Examination:
    """What was found at one moment (`at`).

    What comes from a rollup (`events`, `unpriced`) is None while that is being built: it would have
    to be counted from all raw events. Of models without a price the first `MODELS_LISTED` are
    listed, and all are counted.
    """

    at: datetime
    engine: str
    bytes: int
    as_of: str | None
    figures: Health
    building: Sequence[str]
    sealed: SealedDays
    events: int | None
    unpriced: Sequence[UnpricedModel] | None
    unpriced_count: int


def examination(now: Snapshot, settings: Settings, clock: Clock, days: range) -> Examination:
    """What one snapshot says; models are told that have unpriced tokens in `days`."""
    at, connection = clock(), now.connection
    today = day_number(at.date())
    models = unpriced_models(now, days)
    book = open_book(settings, clock)
    listed = None if models is None else _looked_up(now, models, book, today)
    return Examination(
        at=at,
        engine=engine_name(connection),
        bytes=database_size(connection),
        as_of=as_of(connection),
        figures=health(connection, at, since_day=today - DAYS_COUNTED + 1),
        building=sorted(now.building),
        sealed=sealed_days(connection),
        events=events_stored(now),
        unpriced=listed,
        unpriced_count=len(models or ()),
    )


def _looked_up(
    now: Snapshot, models: Sequence[Unpriced], book: PriceBook, today: int
) -> list[UnpricedModel]:
    return [
        UnpricedModel(each, bool(book.tiers(now.connection, each.model, today, keep=False)))
        for each in models[:MODELS_LISTED]
    ]
