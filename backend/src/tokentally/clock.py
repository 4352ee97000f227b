"""The one place that reads the clock; everything else is handed a `Clock`."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def utc_now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def microseconds(instant: datetime) -> int:
    """Microseconds since 1970 UTC of an aware instant, exactly."""
    since = instant - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def instant_of(micros: int) -> datetime:
    """The aware UTC instant at `micros` microseconds since 1970."""
    return EPOCH + timedelta(microseconds=micros)


def rfc3339(micros: int) -> str:
    """`2026-11-21T10:15:00.123456Z` for microseconds since 1970."""
    return instant_of(micros).isoformat(timespec="microseconds").replace("+00:00", "Z")
