"""Values of attributes as the fields of an event."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from hashlib import blake2b

from tokentally.clock import rfc3339
from tokentally.ingest.normalise import COUNT_RULE, InvalidEvent, count
from tokentally.ingest.otlp_records import Attributes, Value


def first(attributes: Attributes, names: Iterable[str]) -> Value | None:
    """The value of the first of `names` that there is."""
    for name in names:
        value = attributes.get(name)
        if value is not None:
            return value
    return None


def text(value: Value | None) -> str:
    """A value as text, blank if there is none."""
    return "" if value is None else str(value).strip()


def tokens(field: str, value: Value | None) -> int:
    """A value as a count, which may be a whole number with a point; raises `InvalidEvent`."""
    if isinstance(value, float):
        if not value.is_integer():
            raise InvalidEvent(field, COUNT_RULE)
        value = int(value)
    if isinstance(value, bool):
        raise InvalidEvent(field, COUNT_RULE)
    return count(field, value)


def usd(value: Value | None) -> Decimal | None:
    """A value as a cost; a cost that is none must not cost us the tokens."""
    if value is None or isinstance(value, bool):
        return None
    try:
        cost = Decimal(str(value))
    except InvalidOperation:
        return None
    return cost if cost.is_finite() and cost >= 0 else None


def time(nanoseconds: int) -> str:
    """A time since 1970 as events state it."""
    return rfc3339(nanoseconds // 1000)


def digest(*parts: object) -> bytes:
    """16 bytes that tell `parts` apart from others."""
    return blake2b(repr(parts).encode(errors="surrogatepass"), digest_size=16).digest()
