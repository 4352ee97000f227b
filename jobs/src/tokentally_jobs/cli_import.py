"""`tokentally import`: usage from the logs of coding agents, from CSV and from JSONL."""

from functools import partial
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from tokentally.config import environment
from tokentally.sources.claude import read_claude
from tokentally.sources.codex import read_codex
from tokentally.sources.csv_rows import CsvMapping, parse_columns, read_csv
from tokentally.sources.found import claude_roots, codex_roots
from tokentally.sources.jsonl import read_jsonl
from tokentally_jobs.import_run import run_import
from tokentally_jobs.terminal import fail

app = typer.Typer(
    help="Import usage; a second run takes only what is new, and nothing is counted twice.",
    no_args_is_help=True,
)

DryRun = Annotated[bool, typer.Option("--dry-run", help="Read and count, store nothing.")]
Watch = Annotated[bool, typer.Option("--watch", help="Go on importing as the logs grow.")]
Roots = Annotated[
    list[Path] | None, typer.Argument(help="Folders or files; the agent's own without.")
]
File = Annotated[Path, typer.Argument(help="The file to import.")]


@app.command("claude")
def claude_command(paths: Roots = None, watch: Watch = False, dry_run: DryRun = False) -> None:
    """Import the transcripts of Claude Code."""
    roots = paths or claude_roots(environment(), Path.home())
    run_import("claude", roots, partial(read_claude, roots), watch=watch, dry_run=dry_run)


@app.command("codex")
def codex_command(paths: Roots = None, watch: Watch = False, dry_run: DryRun = False) -> None:
    """Import the rollouts of Codex."""
    roots = paths or codex_roots(environment(), Path.home())
    run_import("codex", roots, partial(read_codex, roots), watch=watch, dry_run=dry_run)


@app.command("csv")
def csv_command(
    path: File,
    columns: Annotated[
        str, typer.Option("--map", help="field=COLUMN,…, such as occurred_at=TIMESTAMP.")
    ],
    model: Annotated[str | None, typer.Option(help="The model, if no column has it.")] = None,
    source: Annotated[str | None, typer.Option(help="The source, if no column has it.")] = None,
    user: Annotated[str | None, typer.Option(help="The user, if no column has it.")] = None,
    team: Annotated[str | None, typer.Option(help="The team, if no column has it.")] = None,
    tz: Annotated[str, typer.Option(help="Zone of times that have none.")] = "UTC",
    watch: Watch = False,
    dry_run: DryRun = False,
) -> None:
    """Import a CSV file, a row an event."""
    try:
        mapping = CsvMapping(parse_columns(columns), source, model, user, team, ZoneInfo(tz))
    except (ValueError, ZoneInfoNotFoundError) as error:
        fail(str(error), 2)
    except OSError:
        fail(f"there is no time zone {tz!r}", 2)
    run_import("csv", [path], partial(read_csv, path, mapping), watch=watch, dry_run=dry_run)


@app.command("jsonl")
def jsonl_command(path: File, watch: Watch = False, dry_run: DryRun = False) -> None:
    """Import a file with one event a line, each as POST /v1/events takes it."""
    run_import("jsonl", [path], partial(read_jsonl, path), watch=watch, dry_run=dry_run)
