"""Timing, and what a figure is."""

import math
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A measured number with its unit and goal, and its ratio to a reference of the same run."""

    what: str
    value: float
    unit: str
    goal: str = ""
    reference: str = ""
    ratio: float | None = None


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes once."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def seconds_each(work: Callable[[], object], times: int) -> list[float]:
    """How long each of several runs takes once a first one has made what stays, such as SQL."""
    work()
    return [seconds(work) for _ in range(times)]


def median_seconds(work: Callable[[], object], times: int = 7) -> float:
    """The median of several runs of `work`."""
    return statistics.median(seconds(work) for _ in range(times))


def percentile(values: Iterable[float], share: float) -> float:
    """The value that `share` of `values` do not exceed."""
    ordered = sorted(values)
    return ordered[math.ceil(len(ordered) * share) - 1]
