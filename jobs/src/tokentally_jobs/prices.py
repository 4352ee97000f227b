"""The price book from commands: what is in it, own prices, and newer ones from elsewhere."""

import getpass
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection

from tokentally.api.backend import Backend
from tokentally.clock import microseconds, rfc3339
from tokentally.days import date_of
from tokentally.pricing.price_file import PriceFile
from tokentally.pricing.rates import usd_per_million
from tokentally.pricing.update import Addition
from tokentally.store.prices import Change, Price, add_prices, all_prices
from tokentally_jobs.tables import show_table
from tokentally_jobs.terminal import remark, say

SHOWN = 50
MOST_BYTES = 64 * 1024 * 1024
SECONDS_WAITED = 30

COLUMNS = ("input", "cached", "write", "write 1h", "output", "reasoning")


class UnreadablePrices(ValueError):
    """Prices that can't be fetched; the message says where and why."""


def change_by(backend: Backend, what: str, why: str, details: str) -> Change:
    """A change by whoever runs this command."""
    return Change(microseconds(backend.clock()), _who(), what, why, details)


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def add_own_price(backend: Backend, price: Price, why: str) -> None:
    """Add a price, and keep who did so."""
    _add(backend, "set", [price], why)


def withdraw(backend: Backend, prices: Sequence[Price], why: str) -> None:
    """Let prices hold no more, and keep who did so."""
    _add(backend, "remove", [price._replace(active=0, id=None) for price in prices], why)


def _add(backend: Backend, what: str, prices: Sequence[Price], why: str) -> None:
    details = "; ".join(_described(price) for price in prices)
    change = change_by(backend, what, why, f"{prices[0].model}: {details}")
    backend.writer.run(lambda connection: add_prices(connection, prices, change)).result()


def add_all(backend: Backend, what: str, why: str, found: Sequence[Addition]) -> None:
    """Add prices that were found elsewhere."""
    prices = [addition.price for addition in found]
    models = sorted({price.model for price in prices})
    named = ", ".join(models[:SHOWN]) + (" …" if len(models) > SHOWN else "")
    change = change_by(backend, what, why, f"{len(prices)} prices: {named}")
    backend.writer.run(lambda connection: add_prices(connection, prices, change)).result()


def has_base(connection: Connection, price: Price) -> bool:
    """Whether a tier has a base of the same source and day to stand on."""
    base = (price.model, price.source, price.effective_from, 0)
    return not price.tier_from_input_tokens or bool(standing(connection, *base))


def standing(
    connection: Connection, model: str, source: str, day: int, tier_from: int
) -> list[Price]:
    """The price with this key if it holds; a base price with its tiers behind it."""
    last: dict[int, Price] = {}
    for each in all_prices(connection, model):
        if (each.source, each.effective_from) == (source, day):
            last[each.tier_from_input_tokens] = each
    if tier_from not in last or not last[tier_from].active:
        return []
    return [
        last[tier]
        for tier in sorted(last)
        if tier == tier_from or (not tier_from and last[tier].active)
    ]


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


def _described(price: Price) -> str:
    cells = dict(zip(COLUMNS, _cells(price)[4:10], strict=True))
    rates = ", ".join(f"{name} {usd}" for name, usd in cells.items() if usd)
    tier = price.tier_from_input_tokens
    tiered = f" for inputs from {tier} tokens on" if tier else ""
    return f"{rates} USD per million tokens from {date_of(price.effective_from)}{tiered}"


def _cells(price: Price) -> list[str]:
    rates = (
        price.input_rate,
        price.cached_input_rate,
        price.cache_write_rate,
        price.cache_write_1h_rate,
        price.output_rate,
        price.reasoning_output_rate,
    )
    return [
        price.model,
        price.source,
        date_of(price.effective_from).isoformat(),
        str(price.tier_from_input_tokens or ""),
        *("" if each is None else usd_per_million(each) for each in rates),
        "" if price.active else "withdrawn",
    ]
