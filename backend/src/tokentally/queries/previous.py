"""Tokens of the days right before a range: told beside those of the range to who asks for it."""

from typing import Annotated

from msgspec import UNSET, UnsetType
from pydantic import GetPydanticSchema

from tokentally.days import DayRange

PREVIOUS = "previous"

PreviousTokens = Annotated[int | UnsetType, GetPydanticSchema(lambda _, schema_of: schema_of(int))]
"""Tokens of an entry in the days before; left out of answers where they weren't asked for."""


class InvalidComparison(ValueError):
    """Something to compare with that there is not; the message is for the caller."""


def not_compared() -> UnsetType:
    """What `PreviousTokens` are until they are known."""
    return UNSET


def days_to_compare(days: DayRange, compare: str) -> DayRange | None:
    """The days that `compare` (a parameter) names: those before `days`, or none if it is blank.

    Raises `InvalidComparison`.
    """
    wanted = compare.strip()
    if wanted not in ("", PREVIOUS):
        raise InvalidComparison(f"compare must be {PREVIOUS}")
    return days.before if wanted else None
