"""What `GET /v1/health` answers: the shape of it, and how it is made of what was found."""

from dataclasses import dataclass
from datetime import date, timedelta

from tokentally.clock import rfc3339
from tokentally.days import DayRange, date_of
from tokentally.queries.examination import DAYS_COUNTED, Examination
from tokentally.queries.findings import findings, how_to_price
from tokentally.queries.health import Health, Run
from tokentally.queries.sealed_days import SealedDays
from tokentally.store.outcomes import MISMATCH


@dataclass(frozen=True)
class DatabaseShown:
    """Which engine holds the data, and bytes on disk."""

    engine: str
    bytes: int


@dataclass(frozen=True)
class PendingShown:
    """Rows that are counted but not folded yet, and how long the oldest has waited; 0 if none."""

    rows: int
    oldest_seconds: float


@dataclass(frozen=True)
class FoldShown:
    """The last fold that found something; `lag_seconds`: how long the oldest row had waited."""

    started_at: str
    duration_seconds: float
    rows: int
    lag_seconds: float


@dataclass(frozen=True)
class VerifyShown:
    """The last comparison of rollups with raw events."""

    started_at: str
    duration_seconds: float
    differences: int


@dataclass(frozen=True)
class SealedShown:
    """Days whose raw events retention removed: how many, and the UTC days they lie between."""

    count: int
    first: str | None
    last: str | None


@dataclass(frozen=True)
class DeliveryShown:
    """`events` of a source (blank: not known) that ended so; `reason` if they were not stored.

    `kind` is the outcome of a delivery, `mismatch` (the stated total isn't that of its parts) or
    `ignored` (telemetry that doesn't count, for another signal of its source does).
    """

    source: str
    kind: str
    reason: str
    events: int


@dataclass(frozen=True)
class DeliveriesShown:
    """How events ended that came between two UTC days, both included."""

    first_day: str
    last_day: str
    mismatches: int
    counts: list[DeliveryShown]


@dataclass(frozen=True)
class UnpricedShown:
    """A model with tokens that have no price; its requests, priced ones included.

    `has_price`: the book knows one for today. `fix` is what gives stored events their price.
    """

    model: str
    unpriced_tokens: int
    requests: int
    has_price: bool
    fix: str


@dataclass(frozen=True)
class UnpricedModelsShown:
    """Those with the most tokens between two UTC days, both included, and how many there are."""

    first_day: str
    last_day: str
    count: int
    models: list[UnpricedShown]


@dataclass(frozen=True)
class FindingShown:
    """What needs attention, and what mends it."""

    line: str
    fix: str


@dataclass(frozen=True)
class StoreHealth:
    """How the store does. `events` and `unpriced` are null while their rollup is being built."""

    as_of: str | None
    data_version: int
    database: DatabaseShown
    events: int | None
    pending: PendingShown
    last_fold: FoldShown | None
    last_verify: VerifyShown | None
    rollups_building: list[str]
    sealed_days: SealedShown
    deliveries: DeliveriesShown
    unpriced: UnpricedModelsShown | None
    findings: list[FindingShown]


def shown(found: Examination, days: DayRange, longest_wait: float) -> StoreHealth:
    """What was found, as it is answered; models without a price were looked for in `days`."""
    figures = found.figures
    return StoreHealth(
        as_of=found.as_of,
        data_version=figures.data_version,
        database=DatabaseShown(found.engine, found.bytes),
        events=found.events,
        pending=PendingShown(figures.pending_rows, figures.seconds_waited),
        last_fold=_fold(figures.fold),
        last_verify=_verify(figures.verify),
        rollups_building=list(found.building),
        sealed_days=_sealed(found.sealed),
        deliveries=_deliveries(figures, days.last),
        unpriced=_unpriced(found, days),
        findings=[
            FindingShown(each.line, each.fix) for each in findings(found, longest_wait) if each.fix
        ],
    )


def _fold(run: Run | None) -> FoldShown | None:
    if run is None:
        return None
    took, lag = run.duration_micros / 1e6, run.lag_micros / 1e6
    return FoldShown(rfc3339(run.started_at), took, run.rows, lag)


def _verify(run: Run | None) -> VerifyShown | None:
    if run is None:
        return None
    return VerifyShown(rfc3339(run.started_at), run.duration_micros / 1e6, run.rows)


def _sealed(days: SealedDays) -> SealedShown:
    ends = (None if day is None else date_of(day).isoformat() for day in (days.first, days.last))
    return SealedShown(days.count, *ends)


def _deliveries(figures: Health, today: date) -> DeliveriesShown:
    ended = sorted(figures.ended, key=lambda each: (each.source, each.kind, each.reason))
    return DeliveriesShown(
        first_day=(today - timedelta(days=DAYS_COUNTED - 1)).isoformat(),
        last_day=today.isoformat(),
        mismatches=sum(each.n for each in ended if each.kind == MISMATCH),
        counts=[DeliveryShown(each.source, each.kind, each.reason, each.n) for each in ended],
    )


def _unpriced(found: Examination, days: DayRange) -> UnpricedModelsShown | None:
    if found.unpriced is None:
        return None
    return UnpricedModelsShown(
        first_day=days.first.isoformat(),
        last_day=days.last.isoformat(),
        count=found.unpriced_count,
        models=[
            UnpricedShown(
                each.sums.model,
                each.sums.tokens,
                each.sums.requests,
                each.has_price,
                how_to_price(each),
            )
            for each in found.unpriced
        ],
    )
