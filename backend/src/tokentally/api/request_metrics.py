"""How many requests are being answered, and how long they took: figures of this process alone.

Every request pays for this, so it counts by itself and leaves the library the description of it.
"""

from bisect import bisect_left
from collections.abc import Iterable
from http import HTTPMethod
from itertools import accumulate

from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import Scope

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
UNMATCHED = "(unmatched)"
OTHER = "(other)"
UNANSWERED = "(none)"

_LIMITS = (*map(str, SECONDS), "+Inf")
_METHODS = frozenset(method.value for method in HTTPMethod)


class _Timed:
    """Requests that took up to each of the limits, one by one, and all their seconds."""

    __slots__ = ("counts", "seconds")

    def __init__(self) -> None:
        self.counts = [0] * len(_LIMITS)
        self.seconds = 0.0


class RequestMetrics(Collector):
    """Metrics of requests, told from the event loop.

    Labels are bounded: the known methods, a route's template in place of the path, the class of
    the status.
    """

    def __init__(self) -> None:
        self.in_progress = 0
        self._timed: dict[tuple[str, str, int], _Timed] = {}

    def observe(self, scope: Scope, status: int, seconds: float) -> None:
        """Note a request; a status of 0 says that it never got an answer."""
        method = scope["method"]
        key = method if method in _METHODS else OTHER, route_of(scope), status // 100
        timed = self._timed.get(key)
        if timed is None:
            timed = self._timed[key] = _Timed()
        timed.counts[bisect_left(SECONDS, seconds)] += 1
        timed.seconds += seconds

    def collect(self) -> Iterable[Metric]:
        """The figures now; may be asked from another thread."""
        yield GaugeMetricFamily(
            "tokentally_http_requests_in_progress",
            "Requests that are being answered.",
            value=self.in_progress,
        )
        histogram = HistogramMetricFamily(
            "tokentally_http_request_duration_seconds",
            "How long requests took, by method, route and class of status.",
            labels=("method", "route", "status"),
        )
        for (method, route, hundreds), timed in list(self._timed.items()):
            labels = (method, route, f"{hundreds}xx" if hundreds else UNANSWERED)
            reached = zip(_LIMITS, map(float, accumulate(timed.counts)), strict=True)
            histogram.add_metric(labels, list(reached), timed.seconds)
        yield histogram


def route_of(scope: Scope) -> str:
    """The template of the route that a request was matched with."""
    route = scope.get("route")
    return UNMATCHED if route is None else route.path
