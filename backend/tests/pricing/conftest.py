"""A price book that a test fills, and a public one behind it."""

from collections.abc import Iterator

import pytest
from backend.tests.exactness.handle import Handle
from backend.tests.factories import SettableClock
from backend.tests.pricing.priced import price

from tokentally.pricing.book import Found


def look_up(model: str) -> Found | None:
    """Stands for the package: it knows `known` (1 and 4 USD a million) and `known-2025-04-14`."""
    if model not in ("known", "known-2025-04-14"):
        return None
    return Found([price(model, "2015-01-01", source="genai-prices", input="1", output="4")], "x")


@pytest.fixture
def handle(database_url: str) -> Iterator[Handle]:
    handle = Handle(database_url, SettableClock(), look_up)
    yield handle
    handle.close()
