"""`tokentally keys`: API keys of users."""

from functools import partial
from typing import Annotated

import typer
from sqlalchemy import Connection

from tokentally.auth.api_keys import new_key
from tokentally.auth.caller import SCOPES, UnknownScope
from tokentally.clock import microseconds, rfc3339, utc_now
from tokentally.models.plain_text import InvalidText
from tokentally.store.api_keys import StoredKey, add_key, keys_of, revoke_key
from tokentally.store.users import user_named
from tokentally_jobs.accounts import change, look
from tokentally_jobs.tables import show_table
from tokentally_jobs.terminal import USAGE_ERROR, fail, remark, say

app = typer.Typer(help="API keys: how programs and people sign in.", no_args_is_help=True)

Scopes = Annotated[
    list[str], typer.Option("--scope", help=f"One of {', '.join(sorted(SCOPES))}; repeatable.")
]


@app.command("create")
def create_command(
    user: Annotated[str, typer.Option(help="Whose key it is.")],
    scope: Scopes,
    label: Annotated[str, typer.Option("--name", help="What to tell it by.")] = "",
) -> None:
    """Make a key and print it, this once: it is stored nowhere."""
    try:
        key, stored = new_key(label, scope, utc_now())
    except (UnknownScope, InvalidText) as error:
        fail(str(error), USAGE_ERROR)
    number = change(partial(add_key, user=user, key=stored))
    remark(f"key {number} of {user} for {', '.join(sorted(stored.scopes))}; it is shown this once")
    say(key)


@app.command("list")
def list_command(
    user: Annotated[str | None, typer.Option(help="Only those of this user.")] = None,
) -> None:
    """List keys, without their secrets."""
    columns = ("id", "user", "key", "scopes", "name", "created", "last used", "state")
    show_table(columns, [_row(key) for key in look(partial(_keys, user=user))])


@app.command("revoke")
def revoke_command(number: Annotated[int, typer.Argument(metavar="ID", help="Its id.")]) -> None:
    """Make a key useless from now on."""
    change(partial(revoke_key, key_id=number, at=microseconds(utc_now())))
    say(f"revoked key {number}")


def _keys(connection: Connection, user: str | None) -> list[StoredKey]:
    return keys_of(connection, None if user is None else user_named(connection, user).name)


def _row(key: StoredKey) -> tuple[str, ...]:
    return (
        str(key.id),
        key.user,
        f"{key.shown}…",
        " ".join(key.scopes),
        key.label,
        rfc3339(key.created_at)[:10],
        "never" if key.last_used_at is None else rfc3339(key.last_used_at)[:16],
        "" if key.revoked_at is None else "revoked",
    )
