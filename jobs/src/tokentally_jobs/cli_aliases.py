"""`tokentally aliases`: models that are priced as others."""

from typing import Annotated

import typer

from tokentally.days import FIRST_DATE, date_of
from tokentally.models.plain_text import plain_text
from tokentally.store.prices import Alias, all_aliases, set_alias
from tokentally_jobs.accounts import look, told
from tokentally_jobs.prices import change_by
from tokentally_jobs.tables import show_table
from tokentally_jobs.terminal import backend_from, day_of, say

app = typer.Typer(help="Aliases: models that are priced as others.", no_args_is_help=True)


@app.command("set")
def set_command(
    from_model: Annotated[str, typer.Argument(help="The name that events carry.")],
    to_model: Annotated[str, typer.Argument(help="The model as which it is priced.")],
    effective_from: Annotated[
        str, typer.Option(help="First UTC day, YYYY-MM-DD.")
    ] = FIRST_DATE.isoformat(),
    why: Annotated[str, typer.Option(help="The reason, for the audit.")] = "",
) -> None:
    """Price a model as another one; as itself again, if both names are the same."""
    with told():
        name, other = (plain_text("model", m, least=1).lower() for m in (from_model, to_model))
        why = plain_text("why", why)
    alias = Alias(name, other, day_of("--effective-from", effective_from))
    with backend_from() as backend:
        details = f"{name} is priced as {other} from {date_of(alias.effective_from)}"
        change = change_by(backend, "alias", why, details)
        backend.writer.run(lambda connection: set_alias(connection, alias, change)).result()
    say(f"{details}; `tokentally reprice --model {name}` applies it to stored events")


@app.command("list")
def list_command() -> None:
    """List every alias; of those with the same day the last one stands."""
    rows = [
        (alias.from_model, alias.to_model, date_of(alias.effective_from).isoformat())
        for alias in look(all_aliases)
    ]
    show_table(("model", "priced as", "from"), rows)
