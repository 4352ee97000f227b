"""What is written in the cells of a CSV export."""

from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation

from tokentally.sources.json_lines import LARGEST_COUNT, NOT_A_COUNT


class UnusableRow(ValueError):
    """A row that gives no event; the message is the reason."""


def time_in(text: str, zone: tzinfo) -> str:
    """Return an ISO 8601 time as RFC 3339 in UTC; without a zone of its own it is in `zone`.

    Digits after the microsecond are cut.
    """
    try:
        time = datetime.fromisoformat(text)
        aware = time if time.tzinfo else time.replace(tzinfo=zone)
        return aware.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        raise UnusableRow("time is not ISO 8601") from None


def count_in(text: str) -> int | None:
    """Return a token count; None for an empty cell."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 13 and int(text) <= LARGEST_COUNT):
        raise UnusableRow(NOT_A_COUNT)
    return int(text)


def cost_in(text: str) -> Decimal | None:
    """Return a cost in USD; None for an empty cell."""
    try:
        cost = Decimal(text) if text else None
    except InvalidOperation:
        raise UnusableRow("cost is not a number") from None
    if cost is not None and not (cost.is_finite() and cost >= 0):
        raise UnusableRow("cost is not a number from 0")
    return cost


def success_in(text: str) -> bool | None:
    """Return whether the call succeeded; None for an empty cell."""
    if not text:
        return None
    value = {"true": True, "1": True, "false": False, "0": False}.get(text.lower())
    if value is None:
        raise UnusableRow("success is neither true nor false")
    return value
