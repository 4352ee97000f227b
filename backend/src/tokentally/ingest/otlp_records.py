"""What telemetry says, whichever encoding it came in: calls (spans and log records) and points."""

from collections.abc import Iterable
from typing import NamedTuple

Value = str | int | float | bool
Attributes = dict[str, Value]


class Record(NamedTuple):
    """A span or a log record, with the attributes that were asked for.

    `name` is the span's name or the event's; ids are lower-case hex or blank; `at` is the end of
    the span or the time of the log record, in nanoseconds since 1970, 0 if it isn't told;
    `parent_id` is the span that a span is part of.
    """

    resource: Attributes
    scope: str
    name: str
    attributes: Attributes
    trace_id: str
    span_id: str
    at: int
    failed: bool
    parent_id: str = ""


class Point(NamedTuple):
    """What a counter or histogram of `metric` adds up to, with all of its attributes.

    That is since `start` if it is `cumulative`, else since the last point; both times are
    nanoseconds since 1970, `start` is 0 if it isn't told. `fault` says why it can't be counted.
    """

    resource: Attributes
    scope: str
    metric: str
    attributes: Attributes
    start: int
    at: int
    value: int | float
    cumulative: bool
    fault: str | None


class Unreadable(NamedTuple):
    """A record that is not what the protocol says; the others are good all the same."""

    message: str


DELTA, CUMULATIVE = 1, 2
"""Aggregation temporalities, as the protocol numbers them."""

ERROR = 2
"""The status code of a span that failed."""

NO_VALUE = 1
"""The flag of a point that stands for no value."""


def fault_of(temporality: int, *, may_fall: bool = False) -> str | None:
    """Why points of a metric can't be counted."""
    if may_fall:
        return "a sum that may fall can't be counted"
    if temporality not in (DELTA, CUMULATIVE):
        return "aggregation_temporality must be delta or cumulative"
    return None


def only(pairs: Iterable[tuple[str, Value | None]]) -> Attributes:
    """Attributes of the pairs that have a plain value."""
    return {key: value for key, value in pairs if value is not None}
