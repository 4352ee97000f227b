"""`tokentally prices`: the price book."""

import sys
from collections.abc import Sequence, Sized
from functools import partial
from typing import Annotated

import typer

from tokentally.api.backend import Backend
from tokentally.clock import utc_now
from tokentally.days import day_number
from tokentally.pricing.own_prices import own_price, set_own_price, withdraw_price
from tokentally.pricing.price_file import PriceFile, read_price_file
from tokentally.pricing.update import Addition, additions, offered_by_package
from tokentally.store.prices import MANUAL, PACKAGE, all_changes, all_prices
from tokentally_jobs.accounts import look, told
from tokentally_jobs.prices import (
    add_all,
    by_this_user,
    fetched,
    show_additions,
    show_changes,
    show_prices,
    tell_refused,
)
from tokentally_jobs.terminal import USAGE_ERROR, backend_from, day_of, fail, say, settings_from

app = typer.Typer(help="Prices: what each model costs, from which day on.", no_args_is_help=True)

ModelName = Annotated[str, typer.Argument(help="The model's name, as events carry it.")]
Usd = Annotated[str | None, typer.Option(help="USD per million tokens.")]
Since = Annotated[str | None, typer.Option(help="First UTC day, YYYY-MM-DD; today without.")]
Why = Annotated[str, typer.Option(help="The reason, for the audit.")]
Tier = Annotated[int, typer.Option(help="Only for inputs of so many tokens or more.", min=0)]
Yes = Annotated[bool, typer.Option("--yes", help="Don't ask.")]


@app.command("list")
def list_command(model: Annotated[str | None, typer.Argument(help="One model.")] = None) -> None:
    """List prices in USD per million tokens; of those that say the same the last one stands."""
    show_prices(look(lambda connection: all_prices(connection, model and model.lower())))


@app.command("log")
def log_command() -> None:
    """List who changed prices or the costs of stored events, when and why."""
    show_changes(look(all_changes))


@app.command("set")
def set_command(
    model: ModelName,
    effective_from: Annotated[str, typer.Option(help="First UTC day, YYYY-MM-DD.")],
    input_: Annotated[str, typer.Option("--input", help="USD per million tokens.")],
    output: Annotated[str, typer.Option(help="USD per million tokens.")],
    cached_input: Usd = None,
    cache_write: Usd = None,
    cache_write_1h: Annotated[
        str | None, typer.Option("--cache-write-1h", help="USD per million tokens.")
    ] = None,
    reasoning_output: Usd = None,
    tier_from: Tier = 0,
    why: Why = "",
) -> None:
    """Set an own price: it wins over all others. Costs of stored events change by `reprice`."""
    given = {
        "input": input_,
        "output": output,
        "cached_input": cached_input,
        "cache_write": cache_write,
        "cache_write_1h": cache_write_1h,
        "reasoning_output": reasoning_output,
    }
    day = day_of("--effective-from", effective_from)
    with told():
        price = own_price(model, day, tier_from, given)
    with told(), backend_from() as backend:
        by = by_this_user(backend, why)
        backend.writer.run(partial(set_own_price, price=price, by=by)).result()
    say(f"{price.model} has an own price; `tokentally reprice --model {price.model}` applies it")


@app.command("remove")
def remove_command(
    model: ModelName,
    effective_from: Annotated[str, typer.Option(help="The day that the price has.")],
    source: Annotated[str, typer.Option(help="The source that it has.")] = MANUAL,
    tier_from: Tier = 0,
    why: Why = "",
) -> None:
    """Withdraw a price set by mistake, and its tiers: they stay in the book and hold no more."""
    name, day = model.lower(), day_of("--effective-from", effective_from)
    with told(), backend_from() as backend:
        withdraw = partial(withdraw_price, model=name, source=source, day=day, tier_from=tier_from)
        backend.writer.run(partial(withdraw, by=by_this_user(backend, why))).result()
    say(f"{model} has no {source} price from {effective_from} on")


@app.command("import")
def import_command(
    place: Annotated[str, typer.Argument(metavar="FILE|URL", help="OpenRouter's or LiteLLM's.")],
    effective_from: Since = None,
    yes: Yes = False,
    why: Why = "",
) -> None:
    """Add prices from a JSON of OpenRouter or LiteLLM; those of earlier days stay as they are."""
    with told(), backend_from() as backend:
        day = _day(effective_from)
        _import(backend, place, day, yes=yes, why=why)


@app.command("sync")
def sync_command(effective_from: Since = None, yes: Yes = False) -> None:
    """Add what the installed genai-prices, and TOKENTALLY_PRICE_SYNC_URL, say differently."""
    settings = settings_from()
    day = _day(effective_from)
    with told(), backend_from(settings) as backend:
        if settings.price_book == PACKAGE:
            with backend.database.readers.connect() as connection:
                stored = all_prices(connection)
            found = additions(stored, offered_by_package(stored), day)
            _add(backend, f"sync {PACKAGE}", "", found, yes=yes)
        if settings.price_sync_url:
            _import(backend, settings.price_sync_url, day, yes=yes, why="PRICE_SYNC_URL")


def _import(backend: Backend, place: str, day: int, *, yes: bool, why: str) -> None:
    file: PriceFile = read_price_file(fetched(place), day)
    tell_refused(file)
    with backend.database.readers.connect() as connection:
        found = additions(all_prices(connection), file.prices, day)
    _add(backend, f"import {place}", why, found, yes=yes)
    if file.refused:
        say(f"left out {_counted(file.refused, 'model')}, for the reasons above")


def _add(backend: Backend, what: str, why: str, found: Sequence[Addition], *, yes: bool) -> None:
    show_additions(found)
    if found and not yes:
        if not sys.stdin.isatty():
            fail(f"{_counted(found, 'price')} would be added; add --yes", USAGE_ERROR)
        typer.confirm(f"Add {_counted(found, 'price')}?", abort=True)
    if found:
        add_all(backend, what, why, found)
    say(f"{what}: added {_counted(found, 'price')}")


def _counted(things: Sized, name: str) -> str:
    return f"{len(things):,} {name}{'' if len(things) == 1 else 's'}"


def _day(text: str | None) -> int:
    return day_number(utc_now().date()) if text is None else day_of("--effective-from", text)
