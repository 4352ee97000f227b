"""The price book from commands: what is in it, own prices, and newer ones from elsewhere."""

import getpass
from collections.abc import Sequence
from pathlib import Path

from tokentally.api.backend import Backend
from tokentally.clock import microseconds, rfc3339
from tokentally.days import date_of
from tokentally.pricing.own_prices import By, rates_of
from tokentally.pricing.price_file import PriceFile
from tokentally.pricing.update import Addition
from tokentally.store.prices import Change, Price, add_prices
from tokentally_jobs.tables import show_table
from tokentally_jobs.terminal import remark, say

SHOWN = 50
MOST_BYTES = 64 * 1024 * 1024
SECONDS_WAITED = 30

COLUMNS = ("input", "cached", "write", "write 1h", "output", "reasoning")


class UnreadablePrices(ValueError):
    """Prices that can't be fetched; the message says where and why."""


def by_this_user(backend: Backend, why: str) -> By:
    """Whoever runs this command, now."""
    return By(_who(), microseconds(backend.clock()), why)


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def add_all(backend: Backend, what: str, why: str, found: Sequence[Addition]) -> None:
    """Add prices that were found elsewhere."""
    prices = [addition.price for addition in found]
    models = sorted({price.model for price in prices})
    named = ", ".join(models[:SHOWN]) + (" …" if len(models) > SHOWN else "")
    change = by_this_user(backend, why).change(what, f"{len(prices)} prices: {named}")
    backend.writer.run(lambda connection: add_prices(connection, prices, change)).result()


def show_prices(prices: Sequence[Price]) -> None:
    """Print prices in USD per million tokens."""
    head = ("model", "source", "from", "tier from", *COLUMNS, "")
    show_table(head, [_cells(price) for price in prices])


def show_changes(changes: Sequence[Change]) -> None:
    """Print the audit."""
    rows = [(rfc3339(at), who, what, details, why) for at, who, what, why, details in changes]
    show_table(("when", "who", "what", "details", "why"), rows)


def show_additions(found: Sequence[Addition]) -> None:
    """Print what would be added, old and new where a price changes."""
    rows = []
    for price, before in found[:SHOWN]:
        new, old = _cells(price), _cells(before) if before else None
        pairs = zip(new[4:10], old[4:10] if old else [""] * 6, strict=True)
        rates = [now if not old or now == was else f"{was or '-'} -> {now}" for now, was in pairs]
        rows.append([*new[:4], *rates, new[10] or ("" if old else "new")])
    if rows:
        show_table(("model", "source", "from", "tier from", *COLUMNS, ""), rows)
    if len(found) > SHOWN:
        say(f"and {len(found) - SHOWN:,} more")


def tell_refused(file: PriceFile) -> None:
    """Say which models of a file were left out, and why."""
    for model, reason in file.refused[:SHOWN]:
        remark(f"{model}: {reason}")
    if len(file.refused) > SHOWN:
        remark(f"and {len(file.refused) - SHOWN:,} more left out")


def fetched(place: str) -> bytes:
    """The content of a file or address; raises `UnreadablePrices`."""
    from urllib.request import Request, urlopen

    try:
        if not place.startswith(("http://", "https://")):
            return Path(place).read_bytes()
        asked = Request(place, headers={"User-Agent": "tokentally"})
        with urlopen(asked, timeout=SECONDS_WAITED) as answer:
            content: bytes = answer.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise UnreadablePrices(f"{place} can't be read: {error}") from None
    if len(content) > MOST_BYTES:
        raise UnreadablePrices(f"{place} is larger than 64 MiB")
    return content


def _cells(price: Price) -> list[str]:
    return [
        price.model,
        price.source,
        date_of(price.effective_from).isoformat(),
        str(price.tier_from_input_tokens or ""),
        *(usd or "" for usd in rates_of(price)),
        "" if price.active else "withdrawn",
    ]
