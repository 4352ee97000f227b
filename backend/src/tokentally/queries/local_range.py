"""The first and last day of an answer: `from` is no name for an attribute, so answers are dicts."""

from typing_extensions import TypedDict

from tokentally.queries.local_usage import LocalUsage

LocalRange = TypedDict("LocalRange", {"from": str, "to": str})
"""Local days, both included."""


def range_of(own: LocalUsage) -> LocalRange:
    """The days as answers tell them."""
    days = own.days.days
    return {"from": days.first.isoformat(), "to": days.last.isoformat()}
