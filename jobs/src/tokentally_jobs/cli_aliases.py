"""`tokentally aliases`: models that are priced as others, or whose usage counts as theirs."""

from enum import StrEnum
from typing import Annotated

import typer

from tokentally.days import FIRST_DATE, date_of
from tokentally.models.plain_text import plain_text
from tokentally.store.prices import PRICED_AS, Alias, all_aliases, set_alias
from tokentally.store.usage_aliases import COUNTED_AS, all_usage_aliases, set_usage_alias
from tokentally_jobs.accounts import look, told
from tokentally_jobs.prices import change_by
from tokentally_jobs.tables import show_table
from tokentally_jobs.terminal import backend_from, day_of, say

app = typer.Typer(
    help="Aliases: models that are priced, or counted, as others.", no_args_is_help=True
)


class Kind(StrEnum):
    """What an alias is for."""

    price = PRICED_AS
    usage = COUNTED_AS


_SETS = {Kind.price: set_alias, Kind.usage: set_usage_alias}
_SAYS = {Kind.price: "is priced as", Kind.usage: "counts as"}


@app.command("set")
def set_command(
    from_model: Annotated[str, typer.Argument(help="The name that events carry.")],
    to_model: Annotated[str, typer.Argument(help="The model as which it is priced, or counts.")],
    effective_from: Annotated[
        str, typer.Option(help="First UTC day, YYYY-MM-DD.")
    ] = FIRST_DATE.isoformat(),
    kind: Annotated[
        Kind, typer.Option(help="price: whose prices it has. usage: as what it counts too.")
    ] = Kind.price,
    why: Annotated[str, typer.Option(help="The reason, for the audit.")] = "",
) -> None:
    """Let a model stand for another one; for itself again, if both names are the same."""
    with told():
        name, other = (plain_text("model", m, least=1).lower() for m in (from_model, to_model))
        why = plain_text("why", why)
    alias = Alias(name, other, day_of("--effective-from", effective_from))
    with backend_from() as backend:
        details = f"{name} {_SAYS[kind]} {other} from {date_of(alias.effective_from)}"
        change = change_by(backend, "alias", why, details)
        backend.writer.run(lambda connection: _SETS[kind](connection, alias, change)).result()
    hint = f"; `tokentally reprice --model {name}` applies it to stored events"
    say(details + hint if kind is Kind.price else details)


@app.command("list")
def list_command() -> None:
    """List every alias; of those with the same kind and day the last one stands."""
    rows = [
        (alias.from_model, alias.to_model, date_of(alias.effective_from).isoformat(), kind.value)
        for kind, found in ((Kind.price, all_aliases), (Kind.usage, all_usage_aliases))
        for alias in look(found)
    ]
    show_table(("model", "stands for", "from", "kind"), rows)
