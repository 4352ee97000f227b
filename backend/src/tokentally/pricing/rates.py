"""Prices as people write them, in USD per million tokens, and as they are kept."""

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

MOST_USD = 1_000_000
"""A million tokens never cost more than this."""

_NANO = Decimal("1e-9")
_MOST_DIGITS = 40
_MOST_SHOWN = 60


class InvalidPrice(ValueError):
    """A price that can't be meant so; the message names it and the reason."""


def rate(name: str, usd_per_million: Decimal) -> int:
    """Nano-USD per million tokens, half-even; raises `InvalidPrice`."""
    if not usd_per_million.is_finite():
        raise InvalidPrice(f"{name} {usd_per_million} is no number")
    if usd_per_million < 0:
        raise InvalidPrice(f"{name} {usd_per_million:f} is negative")
    if usd_per_million > MOST_USD:
        raise InvalidPrice(
            f"{name} {usd_per_million:f} is more than {MOST_USD} USD per million tokens"
        )
    return int(usd_per_million.quantize(_NANO, rounding=ROUND_HALF_EVEN).scaleb(9))


def decimal_of(name: str, text: str) -> Decimal:
    """The number that `text` says; raises `InvalidPrice`."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise InvalidPrice(f"{name} {text[:_MOST_SHOWN]!r} is no number") from None
    if number.is_finite() and abs(number.adjusted()) > _MOST_DIGITS:  # too long to be written out
        raise InvalidPrice(f"{name} {text[:_MOST_SHOWN]!r} can't be a price")
    return number


def usd_per_million(nano_usd: int) -> str:
    """A rate as people write it."""
    text = f"{Decimal(nano_usd).scaleb(-9):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
