"""The store's figures as metrics: read at each scrape, so that every process says the same."""

from collections import Counter
from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from tokentally.queries.health import Ended, Health
from tokentally.store.outcomes import ACCEPTED, DUPLICATE, MISMATCH, REJECTED, SUPERSEDED, UPDATED

MAX_SOURCES = 50
MAX_REASONS = 100
OTHER = "(other)"
UNKNOWN = "(unknown)"

_MICROS = 1_000_000


def store_metrics(now: Health | None) -> Iterator[Metric]:
    """What is known of the store; without figures only that it can't be asked."""
    yield _gauge("tokentally_database_up", "1 if the database answers.", now is not None)
    if now is None:
        return
    yield from _counters(now.ended)
    yield from _gauges(now)
    if now.fold:
        yield from _fold_gauges(now.fold.lag_micros, now.fold.duration_micros)
    if now.verify:
        ended_at = now.verify.started_at + now.verify.duration_micros
        yield from _verify_gauges(now.verify.rows, ended_at)


def _counters(ended: list[Ended]) -> Iterator[Metric]:
    outcomes = CounterMetricFamily(
        "tokentally_events", "Events that were delivered, by outcome.", labels=("outcome",)
    )
    totals = Counter[str]()
    for each in ended:
        totals[each.kind] += each.n
    for kind in (ACCEPTED, DUPLICATE, UPDATED, SUPERSEDED):
        outcomes.add_metric((kind,), totals[kind])
    yield outcomes
    rejected = CounterMetricFamily(
        "tokentally_events_rejected",
        "Events that were refused, by source and rule.",
        labels=("source", "reason"),
    )
    for labels, n in _bounded(ended, REJECTED).items():
        rejected.add_metric(labels, n)
    yield rejected
    mismatches = CounterMetricFamily(
        "tokentally_total_mismatch",
        "Events whose stated total is not the sum of its parts, by source.",
        labels=("source",),
    )
    for (source, _), n in _bounded(ended, MISMATCH).items():
        mismatches.add_metric((source,), n)
    yield mismatches


def _bounded(ended: list[Ended], kind: str) -> Counter[tuple[str, str]]:
    """Numbers of `kind` by source and reason; those after the first many share one label.

    First come, first served: what once has a label keeps it, so that no counter goes down.
    """
    counted = Counter[tuple[str, str]]()
    sources, reasons = _Labels(MAX_SOURCES), _Labels(MAX_REASONS)
    for each in ended:
        if each.kind == kind:
            labels = sources.of(each.source or UNKNOWN), reasons.of(each.reason)
            counted[labels] += each.n
    return counted


class _Labels:
    """The first `most` different texts, each itself; the rest are `OTHER`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: set[str] = set()

    def of(self, text: str) -> str:
        if len(self._known) < self._most:
            self._known.add(text)
        return text if text in self._known else OTHER


def _gauges(now: Health) -> Iterator[Metric]:
    yield _gauge("tokentally_pending_rows", "Rows that are not folded yet.", now.pending_rows)
    yield _gauge(
        "tokentally_oldest_pending_seconds",
        "How long the oldest row that is not folded yet has waited; 0 if there is none.",
        now.seconds_waited,
    )
    yield _gauge("tokentally_data_version", "Rises whenever answers change.", now.data_version)


def _fold_gauges(lag_micros: int, duration_micros: int) -> Iterator[Metric]:
    yield _gauge(
        "tokentally_fold_lag_seconds",
        "How long the oldest row of the last fold had waited.",
        lag_micros / _MICROS,
    )
    yield _gauge(
        "tokentally_fold_duration_seconds",
        "How long the last fold took.",
        duration_micros / _MICROS,
    )


def _verify_gauges(differences: int, ended_at: int) -> Iterator[Metric]:
    yield _gauge(
        "tokentally_rollup_drift",
        "Differences between rollups and raw events at the last verify.",
        differences,
    )
    yield _gauge(
        "tokentally_last_verify_timestamp_seconds",
        "When the last verify ended, in seconds since 1970.",
        ended_at / _MICROS,
    )


def _gauge(name: str, documentation: str, value: float) -> Metric:
    return GaugeMetricFamily(name, documentation, value=float(value))
