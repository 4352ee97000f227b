"""What admins wish for at `/v1/admin/prices`, and what they find."""

from typing import Any

from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.store.prices import Change, Price, add_prices, all_changes

PRICES = "/v1/admin/prices"
WISH = {"model": "m", "effective_from": "2026-01-01", "input": "2", "output": "8"}
NO_RATES = dict.fromkeys(("cached_input", "cache_write", "cache_write_1h", "reasoning_output"))
SHOWN = WISH | NO_RATES | {"source": "manual", "tier_from_input_tokens": 0}


def book(backend: Backend, *prices: Price) -> None:
    """Add prices that weren't set by hand."""
    change = Change(0, "tests", "import", "", "")
    backend.writer.run(lambda connection: add_prices(connection, prices, change)).result()


def in_force(admin: TestClient, **given: str) -> Any:
    return admin.get(PRICES, params=given).json()


def log(backend: Backend) -> list[tuple[str, str, str, str]]:
    with backend.database.readers.connect() as connection:
        return [each[1:] for each in all_changes(connection)]
