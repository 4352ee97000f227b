"""Deleting a user as a command: with progress, and a verification at the end."""

import typer

from tokentally.api.backend import Backend
from tokentally.api.deletion import delete_user
from tokentally.store.deletion import days_used, named
from tokentally_jobs.backfill import mend_missing_rollups
from tokentally_jobs.progress import progress_of
from tokentally_jobs.terminal import say
from tokentally_jobs.verify import tell_differences


def delete_and_verify(backend: Backend, name: str) -> None:
    """Delete the user called `name`; exit code 1 if their days don't verify afterwards.

    Raises `UnknownUser` and `LastAdmin`.
    """
    mend_missing_rollups(backend)
    with backend.database.readers.connect() as connection:
        days = days_used(connection, named(name))
    with progress_of("days", len(days)) as progress:
        events = delete_user(backend, name, progress)
    say(f"deleted {name} with {events:,} events")
    if tell_differences(backend, days, "found"):
        raise typer.Exit(1)
