"""What newer prices add to the book: rows for a day and later ones, never for the past."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from tokentally.pricing.book import PriceSet, in_force, sets_of
from tokentally.pricing.names import names_of
from tokentally.store.prices import MANUAL, PACKAGE, Price


class Addition(NamedTuple):
    """A price to add, and the one that it follows on."""

    price: Price
    before: Price | None


def additions(stored: Iterable[Price], offered: Iterable[Price], day: int) -> list[Addition]:
    """What is to be added so that from `day` (its number) on the book says what is offered."""
    kept = {model: list(rows) for model, rows in _by_model(stored)}
    return [
        addition
        for model, rows in _by_model(offered)
        for addition in _of_model(kept.get(model, []), list(rows), day)
    ]


def offered_by_package(stored: Iterable[Price]) -> Iterator[Price]:
    """What the installed package says of those models whose prices came from it."""
    from tokentally.pricing.package import look_up

    for model in sorted({price.model for price in stored if price.source == PACKAGE}):
        found = next(filter(None, map(look_up, names_of(model))), None)
        if found:
            yield from (price._replace(model=model) for price in found.prices)


def _of_model(stored: list[Price], offered: list[Price], day: int) -> Iterator[Addition]:
    others = [price for price in stored if price.source != MANUAL]
    have, want = sets_of(others), sets_of(offered)
    for since in sorted(
        {day} | {each.effective_from for each in want if each.effective_from > day}
    ):
        before, after = in_force(have, since), in_force(want, since)
        if after is None or (before and _rates(before) == _rates(after)):
            continue
        rows = [row for row in offered if row.effective_from == after.effective_from]
        yield from _following(rows, _rows_of(others, before), since)
        yield from _withdrawn(others, rows, since)
        newest = max((each.id or 0 for each in others), default=0) + 1
        added = (row._replace(effective_from=since, id=newest) for row in rows)
        have = sets_of([*others, *added])


def _following(rows: Sequence[Price], before: Sequence[Price], since: int) -> Iterator[Addition]:
    by_tier = {price.tier_from_input_tokens: price for price in before}
    for row in rows:
        old = by_tier.get(row.tier_from_input_tokens)
        yield Addition(row._replace(effective_from=since), old)


def _withdrawn(stored: Sequence[Price], rows: Sequence[Price], since: int) -> Iterator[Addition]:
    """Tiers that a set of the same source and day has, and its successor has not."""
    source, tiers = rows[0].source, {row.tier_from_input_tokens for row in rows}
    same_day = [p for p in stored if p.source == source and p.effective_from == since]
    for old in _rows_of(same_day, in_force(sets_of(same_day), since)):
        if old.tier_from_input_tokens not in tiers:
            yield Addition(old._replace(active=0, id=None), old)


def _rows_of(stored: Sequence[Price], price_set: PriceSet | None) -> list[Price]:
    ids = {tier.price_id for tier in price_set.tiers} if price_set else set()
    return [price for price in stored if price.id in ids]


def _rates(price_set: PriceSet) -> list[tuple[int | None, ...]]:
    return [tier[1:] for tier in price_set.tiers]


def _by_model(prices: Iterable[Price]) -> Iterator[tuple[str, Iterator[Price]]]:
    def model(price: Price) -> str:
        return price.model

    return groupby(sorted(prices, key=model), model)
