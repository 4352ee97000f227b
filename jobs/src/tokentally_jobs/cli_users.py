"""`tokentally users`: who may sign in."""

import sys
from functools import partial
from typing import Annotated

import typer
from sqlalchemy import Connection

from tokentally.models.plain_text import plain_text
from tokentally.store.users import all_users, change_user, create_user
from tokentally_jobs.accounts import change, look, told
from tokentally_jobs.deletion import delete_and_verify
from tokentally_jobs.tables import show_table
from tokentally_jobs.terminal import USAGE_ERROR, backend_from, fail, say

app = typer.Typer(help="Users: who may sign in, and who may change others.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The user's name: their login, or the sub of a token.")]


@app.command("add")
def add_command(
    name: Name,
    admin: Annotated[
        bool, typer.Option("--admin", help="May change users, prices and aliases.")
    ] = False,
    display_name: Annotated[str, typer.Option(help="What others may see.")] = "",
) -> None:
    """Add a user, or make one who is here an admin."""
    new = change(partial(_add, name=name.strip(), admin=admin, display_name=display_name))
    say(f"{'added' if new else 'changed' if admin or display_name else 'there is already'} {name}")


@app.command("list")
def list_command() -> None:
    """List every user."""
    rows = [
        (
            user.name,
            user.display_name,
            user.team or "",
            "admin" if user.is_admin else "",
            "disabled" if user.disabled else "",
        )
        for user in look(all_users)
    ]
    show_table(("name", "display name", "team", "admin", "state"), rows)


@app.command("disable")
def disable_command(name: Name) -> None:
    """Let a user sign in no more; their usage and keys stay."""
    change(partial(change_user, name=name, changes={"disabled": True}))
    say(f"disabled {name}")


@app.command("enable")
def enable_command(name: Name) -> None:
    """Let a disabled user sign in again."""
    change(partial(change_user, name=name, changes={"disabled": False}))
    say(f"enabled {name}")


@app.command("delete")
def delete_command(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
) -> None:
    """Delete a user with all events, usage and keys of theirs, then verify their days."""
    if not yes:
        if not sys.stdin.isatty():
            fail(f"this deletes {name} for good; add --yes", USAGE_ERROR)
        typer.confirm(f"Delete {name} and everything they used, for good?", abort=True)
    with told(), backend_from() as backend:
        delete_and_verify(backend, name)


def _add(connection: Connection, name: str, *, admin: bool, display_name: str) -> bool:
    shown = plain_text("display name", display_name)
    given: dict[str, str | bool] = {"is_admin": admin, "display_name": shown}
    new = create_user(connection, name)
    change_user(connection, name, {key: value for key, value in given.items() if value})
    return new
