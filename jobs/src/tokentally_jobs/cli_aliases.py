"""`tokentally aliases`: models that are priced as others, or whose usage counts as theirs."""

from functools import partial
from typing import Annotated

import typer

from tokentally.days import FIRST_DATE, date_of
from tokentally.pricing.aliases import Kind, alias_from, every_alias, said_of, set_alias_of
from tokentally.store.prices import Alias
from tokentally_jobs.accounts import look, told
from tokentally_jobs.prices import by_this_user
from tokentally_jobs.tables import show_table
from tokentally_jobs.terminal import backend_from, day_of, say

app = typer.Typer(
    help="Aliases: models that are priced, or counted, as others.", no_args_is_help=True
)


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
    alias = _alias(from_model, to_model, effective_from)
    with told(), backend_from() as backend:
        by = by_this_user(backend, why)
        backend.writer.run(partial(set_alias_of, kind=kind, alias=alias, by=by)).result()
    hint = f"; `tokentally reprice --model {alias.from_model}` applies it to stored events"
    say(said_of(kind, alias) + (hint if kind is Kind.price else ""))


@app.command("list")
def list_command() -> None:
    """List every alias; of those with the same kind and day the last one stands."""
    rows = [
        (alias.from_model, alias.to_model, date_of(alias.effective_from).isoformat(), kind.value)
        for kind, alias in look(every_alias)
    ]
    show_table(("model", "stands for", "from", "kind"), rows)


def _alias(from_model: str, to_model: str, effective_from: str) -> Alias:
    day = day_of("--effective-from", effective_from)
    with told():
        return alias_from(from_model, to_model, day)
