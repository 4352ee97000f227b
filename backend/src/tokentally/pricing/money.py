"""Money as text: nano-USD integers in, 6 decimals out, rounded half-even once."""

from decimal import ROUND_HALF_EVEN, Decimal

_MICRO = Decimal("0.000001")


def rounded_usd(nano_usd: int | Decimal) -> Decimal:
    """USD with 6 decimals."""
    return Decimal(nano_usd).scaleb(-9).quantize(_MICRO, rounding=ROUND_HALF_EVEN)


def usd(nano_usd: int) -> str:
    """USD with 6 decimals, as text."""
    return str(rounded_usd(nano_usd))
