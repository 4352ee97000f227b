"""The `tokentally` command: each command calls its job and says in one line what it did.

What only one command needs and takes long to import is imported inside it.
"""

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Literal

import typer

from tokentally.clock import utc_now
from tokentally_jobs import cli_aliases, cli_import, cli_keys, cli_prices, cli_teams, cli_users
from tokentally_jobs.backfill import (
    days_between,
    mend_missing_rollups,
    rebuild_days,
    sealed_days,
)
from tokentally_jobs.cli_connect import connect_command
from tokentally_jobs.demo import EXPECTED_EVENTS
from tokentally_jobs.demo_data import load_demo, remove_demo
from tokentally_jobs.exporting import export_csv, export_jsonl
from tokentally_jobs.fold import fold_pending
from tokentally_jobs.progress import progress_of
from tokentally_jobs.terminal import (
    backend_from,
    day_range,
    out_to,
    remark,
    run,
    say,
    settings_from,
    snapshot_from,
)
from tokentally_jobs.verify import tell_differences, verify_and_tell

app = typer.Typer(
    name="tokentally",
    help="Exact LLM token usage and cost: a leaderboard, a tracker, one process and one file.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(cli_import.app, name="import")
app.add_typer(cli_users.app, name="users")
app.add_typer(cli_teams.app, name="teams")
app.add_typer(cli_keys.app, name="keys")
app.add_typer(cli_prices.app, name="prices")
app.add_typer(cli_aliases.app, name="aliases")

From = Annotated[str | None, typer.Option("--from", help="First UTC day, YYYY-MM-DD.")]
To = Annotated[str | None, typer.Option("--to", help="Last UTC day, included, YYYY-MM-DD.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]


def _tell_version(wanted: bool) -> None:
    if wanted:
        say(f"tokentally {version('tokentally')}")
        raise typer.Exit


@app.callback()
def _program(
    _version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_tell_version, help="Say the version."),
    ] = False,
) -> None:
    pass


@app.command("serve")
def serve_command(
    host: Annotated[str | None, typer.Option(help="In place of TOKENTALLY_HOST.")] = None,
    port: Annotated[
        int | None, typer.Option(help="In place of TOKENTALLY_PORT; 0: a free one.")
    ] = None,
    first_data: Annotated[
        bool, typer.Option("--first-data", help="Fill an empty database before serving.")
    ] = False,
) -> None:
    """Serve the page and the API, with the scheduled jobs beside them."""
    from tokentally_jobs.first_data import offer_first_data
    from tokentally_jobs.serve import hint_at_sign_in, listening, refuse_public_address, serve

    settings = settings_from(host=host, port=port)
    refuse_public_address(settings)
    with listening(settings) as listener, backend_from(settings) as backend:
        if first_data:
            offer_first_data(backend)
        hint_at_sign_in(backend)
        serve(backend, listener, lambda url: say(f"Tokentally is ready at {url}"))


@app.command("worker")
def worker_command() -> None:
    """Run the scheduled jobs alone, without a server."""
    from tokentally_jobs.worker import work

    with backend_from() as backend:
        work(backend, lambda: remark("running the jobs; Ctrl-C ends it"))


@app.command("fold")
def fold_command() -> None:
    """Move pending rows into the rollups now."""
    with backend_from() as backend:
        say(f"folded {fold_pending(backend):,} pending rows")


@app.command("backfill")
def backfill_command(first: From = None, last: To = None, dry_run: DryRun = False) -> None:
    """Rebuild the rollups of a range of days from the raw events."""
    with backend_from() as backend:
        days = days_between(backend, day_range(first, last))
        if dry_run:
            tell_differences(backend, days, "would be mended")
            return
        mend_missing_rollups(backend)
        with progress_of("days", len(days)) as progress:
            events = rebuild_days(backend, days, progress)
        if sealed := sealed_days(backend, days):
            say(f"{len(sealed):,} days are sealed by retention and were left as they are")
        say(f"rebuilt {len(days) - len(sealed):,} days from {events:,} events")


@app.command("reprice")
def reprice_command(
    first: From = None,
    last: To = None,
    model: Annotated[str | None, typer.Option(help="Only this model.")] = None,
    dry_run: DryRun = False,
    why: Annotated[str, typer.Option(help="The reason, for the audit.")] = "",
) -> None:
    """Compute the costs of stored events anew by the prices of now; reported costs stay."""
    from tokentally_jobs.reprice import reprice_and_tell

    with backend_from() as backend:
        days = days_between(backend, day_range(first, last))
        reprice_and_tell(backend, days, model and model.lower(), why, dry_run=dry_run)


@app.command("verify")
def verify_command(first: From = None, last: To = None) -> None:
    """Compare the rollups with the raw events; exit code 1 on any difference."""
    with backend_from() as backend:
        days = days_between(backend, day_range(first, last))
        if verify_and_tell(backend, days, all_days=first is None and last is None):
            raise typer.Exit(1)


@app.command("doctor")
def doctor_command() -> None:
    """Say how the database does; exit code 1 if something needs attention."""
    from tokentally_jobs.doctor import tell_findings

    settings = settings_from()
    with snapshot_from(settings) as connection:
        if tell_findings(connection, settings, utc_now):
            raise typer.Exit(1)


@app.command("export")
def export_command(
    form: Annotated[Literal["csv", "jsonl"], typer.Option("--format", help="What to write.")],
    first: From = None,
    last: To = None,
    output: Annotated[Path | None, typer.Option(help="A file; standard output without.")] = None,
) -> None:
    """Write the raw events of a range of days; a JSONL export can be imported again."""
    write = {"csv": export_csv, "jsonl": export_jsonl}[form]
    with backend_from() as backend:
        days = day_range(first, last)
        with out_to(output) as out:
            count = write(backend, days, out)
        if sealed := sealed_days(backend, days):
            remark(f"{len(sealed):,} days are sealed by retention: their events are gone")
        remark(f"exported {count:,} events")


@app.command("backup")
def backup_command(
    copy: Annotated[Path, typer.Argument(metavar="FILE", help="A file that is not there yet.")],
) -> None:
    """Copy the SQLite database to FILE as it is at one moment; serving goes on meanwhile."""
    from tokentally_jobs.backup import back_up

    size = back_up(settings_from().database_url, copy)
    say(f"copied {size:,} bytes to {copy}")


@app.command("demo")
def demo_command(
    remove: Annotated[bool, typer.Option("--remove", help="Take the demo data out again.")] = False,
) -> None:
    """Load a year of labelled demo data (users named demo-...), or remove it."""
    with backend_from() as backend:
        if remove:
            say(f"removed {remove_demo(backend):,} demo events")
            return
        with progress_of("demo events", EXPECTED_EVENTS) as progress:
            count = load_demo(backend, progress)
        loaded = f"loaded {count:,} demo events of users named demo-..."
        say(loaded if count else "the demo data is here already")


app.command("connect")(connect_command)


def main() -> None:
    """The entry point."""
    sys.exit(run(app))
